aftercare eval --dmn ../models/cycle.dmn --decision a --lang $1
