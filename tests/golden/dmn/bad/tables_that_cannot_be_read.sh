aftercare eval --dmn ../models/tables_read.dmn --decision 'another language' --lang $1 --input '{"n": 3}'
