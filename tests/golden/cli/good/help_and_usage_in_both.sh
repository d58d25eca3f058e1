# Help speaks the language asked for; what is wrong with a command line is told as it was asked for.
"$AFTERCARE_BIN/aftercare" explain --help --lang zh
"$AFTERCARE_BIN/aftercare" explain --helpme --lang zh 2>&1; echo "$?"
"$AFTERCARE_BIN/aftercare" replay --format json 2>&1; echo "$?"
"$AFTERCARE_BIN/aftercare" eval --input '{}' --data x 1 --lang zh --format=json 2>&1; echo "$?"
