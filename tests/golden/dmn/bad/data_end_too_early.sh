aftercare eval --dmn ../models/tables_run.dmn --decision 'no logic' --lang $1 --input '{"n": 3'
