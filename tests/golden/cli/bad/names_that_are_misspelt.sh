run() { "$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='200 CNY' --lang en "$@" 2>&1; }
run "2024-03-04T09:00 caled by clerk number=A1 technician=li"
run "2024-03-04T09:00 called by clark number=A1 technician=li"
run "2024-03-04T09:00 called by clerk numbr=A1 technician=li"
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set higest_fee='200 CNY' --lang en 2>&1
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --set highest_fee='2h' --lang en 2>&1
exit 1
