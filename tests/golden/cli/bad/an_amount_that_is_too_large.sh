# More than formulas reckon with is refused where it comes in, not found out when a clock runs out.
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en --events - 2>&1 <<'EVENTS'
{"at": "2024-03-04T09:00", "event": "called", "by": "clerk", "data": {"number": "A1", "technician": "li"}}
{"at": "2024-03-04T09:30", "event": "arrived", "person": "li", "key": "A1"}
{"at": "2024-03-04T10:00", "event": "charged", "by": "clerk", "key": "A1", "data": {"fee": "92233720368547758.07 CNY"}}
{"at": "2024-03-04T10:01", "event": "charged", "by": "clerk", "key": "A1", "data": {"fee": "1000000000000 CNY"}}
{"at": "2024-03-04T10:02", "event": "charged", "by": "clerk", "key": "A1", "data": {"fee": "999999999999.99 CNY"}}
EVENTS
exit 1
