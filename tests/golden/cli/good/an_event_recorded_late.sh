# He came in time and said so in the evening: the fine is taken back.
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en --events - 2>&1 <<'EVENTS'
{"at": "2024-03-04T09:00", "event": "called", "by": "clerk", "data": {"number": "A1", "technician": "li"}}
{"at": "2024-03-04T10:00", "recorded": "2024-03-04T18:00", "event": "arrived", "person": "li", "key": "A1"}
EVENTS
