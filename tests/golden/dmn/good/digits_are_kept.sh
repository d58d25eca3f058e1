aftercare eval --dmn ../models/types.dmn --decision number --lang $1 \
  --input '{"a number": 1234567890.123456789012345678901234}'
