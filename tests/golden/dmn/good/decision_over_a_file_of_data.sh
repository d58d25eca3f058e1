aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Charge --data ../../../../examples/dmn/visit.json --lang $1
