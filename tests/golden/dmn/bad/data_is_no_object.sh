aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Rate --lang $1 --input '[1, 2]'
