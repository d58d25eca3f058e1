aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Charge --lang $1 \
  --input '{"Unit": {"model": "A", "installed on": "2026-01-01", "warranty": "P1Y"}, "Causes": "misuse"}'
