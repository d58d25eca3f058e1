aftercare eval --dmn ../../../../examples/dmn/service.dmn --decision Covered --data ../models/bad_date.json --lang $1
