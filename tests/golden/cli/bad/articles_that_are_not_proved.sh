"$AFTERCARE_BIN/aftercare" coverage ../mutated --lang en
"$AFTERCARE_BIN/aftercare" coverage ../mutated --format json
