for what in articles parameters procedures; do
  "$AFTERCARE_BIN/aftercare" show $what ../../stories/pack/pack.yaml --lang en
done
"$AFTERCARE_BIN/aftercare" show procedures ../../stories/pack/pack.yaml --lang zh
for what in parameters procedures; do
  "$AFTERCARE_BIN/aftercare" show $what ../../stories/pack/pack.yaml --format json
done
