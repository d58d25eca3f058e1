# Told after the case was opened, but said to have happened before; and told before the case was opened.
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en --events - 2>&1 <<'EVENTS'
{"at": "2024-03-04T08:00", "event": "arrived", "person": "li", "key": "A1"}
{"at": "2024-03-04T09:00", "event": "called", "by": "clerk", "data": {"number": "A1", "technician": "li"}}
{"at": "2024-03-04T08:30", "recorded": "2024-03-04T09:30", "event": "arrived", "person": "li", "key": "A1"}
{"at": "2024-03-04T10:00", "recorded": "2024-03-04T09:45", "event": "arrived", "person": "li", "key": "A1"}
EVENTS
exit 1
