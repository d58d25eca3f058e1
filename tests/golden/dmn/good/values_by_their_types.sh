aftercare eval --dmn ../models/types.dmn --decision all --data ../models/types.json --lang $1
