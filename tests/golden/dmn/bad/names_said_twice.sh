aftercare eval --dmn ../models/said_twice.dmn --decision fee --lang $1
