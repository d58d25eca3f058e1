# Help speaks the language asked for; what is wrong with a command line is told as it was asked for.
aftercare explain --help --lang zh
aftercare explain --helpme --lang zh 2>&1; echo "$?"
aftercare replay --format json 2>&1; echo "$?"
aftercare eval --input '{}' --data x 1 --lang zh --format=json 2>&1; echo "$?"
