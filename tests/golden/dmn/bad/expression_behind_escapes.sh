aftercare eval --dmn ../models/escapes.dmn --decision a --input '{"n": 0}' --lang $1
