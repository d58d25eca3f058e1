pack=../../stories/pack/pack.yaml
for how in "--lang en" "--lang zh" "--format json"; do
  "$AFTERCARE_BIN/aftercare" next $pack --set 'highest_fee=100 CNY' --store none.db $how 2>&1
  "$AFTERCARE_BIN/aftercare" next $pack --set 'highest_fee=100 CNY' --store $pack $how 2>&1
  "$AFTERCARE_BIN/aftercare" next $pack --set 'highest_fee=100 CNY' --case A9 $how 2>&1
done
exit 1
