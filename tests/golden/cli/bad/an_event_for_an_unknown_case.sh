# The second event names a case that was never opened; the first and the third are not harmed.
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang $lang 2>&1 \
    "2024-03-04T09:00 called by clerk number=A1 technician=li" \
    "2024-03-04T09:30 arrived by technician li key=A2" \
    "2024-03-04T10:00 arrived by technician li key=A1"
done
exit 1
