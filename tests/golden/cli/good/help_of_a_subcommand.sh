"$AFTERCARE_BIN/aftercare" show --help
