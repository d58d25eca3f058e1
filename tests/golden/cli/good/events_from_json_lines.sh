printf '%s\n' \
  '{"at": "2024-03-04T09:00", "event": "called", "by": "clerk", "data": {"number": "A1", "technician": "li"}}' \
  '{"at": "2024-03-04T10:00", "event": "arrived", "person": "li", "key": "A1"}' \
  '{"at": "2024-03-04T11:00", "event": "charged", "by": "clerk", "key": "A1", "data": {"fee": "120.50 CNY"}}' |
  "$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set 'highest_fee=200 CNY' --events - --lang en
