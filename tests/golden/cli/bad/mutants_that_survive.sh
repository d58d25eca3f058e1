"$AFTERCARE_BIN/aftercare" mutate ../mutated --lang en
