aftercare eval --dmn ../models/entities.dmn --decision a --lang $1
