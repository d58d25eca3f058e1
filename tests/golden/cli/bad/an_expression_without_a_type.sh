"$AFTERCARE_BIN/aftercare" eval '1 + "a"' --strict --lang en
