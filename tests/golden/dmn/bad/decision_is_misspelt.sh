aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Charg --data ../../../../examples/dmn/visit.json --lang $1
