# Unknown, not the last, the opening, without a reason, twice.
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang $lang 2>&1 \
    "2024-03-04T09:00 called by clerk number=A1 technician=li" \
    "2024-03-04T10:00 arrived by technician li" \
    "2024-03-04T10:01 retract by clerk fact=arived reason=slip" \
    "2024-03-04T10:02 retract by clerk reason=slip" \
    "2024-03-04T10:03 retract by clerk fact=called reason=slip" \
    "2024-03-04T10:04 retract by clerk fact=arrived" \
    "2024-03-04T10:05 charged by clerk fee=100 CNY" \
    "2024-03-04T10:06 retract by clerk fact=arrived reason=slip" \
    "2024-03-04T10:07 retract by clerk fact=charged reason=slip" \
    "2024-03-04T10:08 retract by clerk fact=charged reason=slip"
done
exit 1
