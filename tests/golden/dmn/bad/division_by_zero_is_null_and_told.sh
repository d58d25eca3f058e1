aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Share --input '{"total": 100, "parties": 0}' --lang $1
