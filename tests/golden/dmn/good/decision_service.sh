aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision 'Charge service' --lang $1 \
  --input '{"Covered": false, "Visit": {"on": "2026-03-01", "took": "PT20M", "distance": 30}}'
