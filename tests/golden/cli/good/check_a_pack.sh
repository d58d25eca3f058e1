"$AFTERCARE_BIN/aftercare" check ../../stories/pack/pack.yaml --lang en 2>&1
"$AFTERCARE_BIN/aftercare" check ../../stories/pack/pack.yaml --lang zh 2>&1
