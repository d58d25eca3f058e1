aftercare eval --dmn ../../../../examples/dmn/service.dmn --lang $1
