"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en \
  "2024-03-04T09:00 called by clerk number=A1 technician=li" \
  "2024-03-04T10:00 arrived by technician li" \
  "2024-03-04T11:00 charged by clerk fee=201 CNY"
