"$AFTERCARE_BIN/aftercare" eval '1 + ' --lang en
