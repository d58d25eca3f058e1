aftercare eval --dmn ../models/no_import.dmn --decision d --lang $1
