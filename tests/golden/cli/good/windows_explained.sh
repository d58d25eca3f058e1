# A window has two edges, and an explanation says both, each as it is meant.
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run ../../clocks/pack/pack.yaml --lang $lang \
    "2026-03-02T09:00 picked_up by desk number=F1 machines=1 activity=2026-04-01 is_north=false" 2>/dev/null | grep -E "no sooner|later than|不早于|晚于"
done
