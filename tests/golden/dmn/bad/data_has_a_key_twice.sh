aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Rate --lang $1 --input '{"Visit": null, "Visit": null}'
