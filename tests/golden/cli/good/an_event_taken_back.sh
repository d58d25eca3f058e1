# He had not come after all: what the arrival did is undone, what time had to do in the meantime is done.
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang $lang 2>&1 \
    "2024-03-04T09:00 called by clerk number=A1 technician=li" \
    "2024-03-04T10:00 arrived by technician li" \
    "2024-03-04T12:00 retract by clerk wang fact=arrived reason=it was the neighbour's machine"
done
