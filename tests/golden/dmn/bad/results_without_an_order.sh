aftercare eval --dmn ../models/no_order.dmn --decision first --lang $1
aftercare eval --dmn ../models/no_order.dmn --decision all --lang $1
