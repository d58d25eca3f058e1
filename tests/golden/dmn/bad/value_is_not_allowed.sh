aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Rate --lang $1 \
  --input '{"Visit": {"on": "2026-03-01", "took": "PT20M", "distance": -1}}'
