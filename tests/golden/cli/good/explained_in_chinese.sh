"$AFTERCARE_BIN/aftercare" explain ../../stories/pack/pack.yaml --set 'highest_fee=200 CNY' --lang zh \
  --event "2024-03-04T09:00 called by clerk number=A1 technician=li" --until 2024-03-04T12:00
