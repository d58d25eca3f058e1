"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --lang en "2024-03-04T09:00 called by clerk number=A1" 2>&1
"$AFTERCARE_BIN/aftercare" run ../../stories/pack/pack.yaml --lang zh "2024-03-04T09:00 called by clerk number=A1"
