# Events on the command line; time passes to the end.
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en \
  "2024-03-04T09:00 called by clerk number=A1 technician=li" \
  "2024-03-04T12:00 arrived by technician li" --until 2024-03-05T00:00
