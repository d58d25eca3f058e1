aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Charge --input '{}' --lang $1
