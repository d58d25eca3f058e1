aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Share --input '{"total": 100, "parties": 3}' --lang $1
