for what in articles parameters procedures; do
  "$AFTERCARE_BIN/aftercare" show $what ../../stories/pack/pack.yaml --lang en
done
