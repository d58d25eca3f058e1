for decision in 'two of one' 'two that differ' 'not allowed' 'a sum of texts' 'no logic' 'a key twice' \
                'through nothing' 'called with others' 'a number called'; do
  aftercare eval --dmn ../models/tables_run.dmn --decision "$decision" --lang $1 --input '{"n": 3}'
done
aftercare eval --dmn ../models/not_compiled.dmn --decision "not compiled" --lang $1
exit 1
