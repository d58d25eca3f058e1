"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set 'highest_fee=200 CNY' --format json \
  "2024-03-04T09:00 called by clerk number=A1 technician=li" --until 2024-03-04T10:00
