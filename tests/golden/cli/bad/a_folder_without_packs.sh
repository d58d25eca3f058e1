cd "$(mktemp -d)"
"$AFTERCARE_BIN/aftercare" check . --lang en
"$AFTERCARE_BIN/aftercare" check . --lang zh 2>&1
