aftercare eval --dmn ../models/types.dmn --decision number --lang $1 \
  --input '{"a number": 12345678901234567890123456789012345}'
