aftercare eval --dmn ../models/untyped_import.dmn --decision d --lang $1
