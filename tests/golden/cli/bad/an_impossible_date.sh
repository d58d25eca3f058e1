# Wrong use of the command line (2), shown here as a finding (1).
for event in "2024-02-30T09:00 called by clerk" "2024-03-04T25:00 called by clerk" "yesterday called" "2024-03-04T09:00"; do
  "$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en "$event" 2>&1
  test $? = 2 || exit 3
done
exit 1
