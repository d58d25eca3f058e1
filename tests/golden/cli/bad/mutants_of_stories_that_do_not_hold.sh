"$AFTERCARE_BIN/aftercare" mutate ../wrong --lang en
"$AFTERCARE_BIN/aftercare" mutate ../wrong --lang zh 2>&1
