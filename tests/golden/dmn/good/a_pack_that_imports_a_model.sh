aftercare check ../../../../examples/dmn/call_out --lang $1 && aftercare test ../../../../examples/dmn/call_out --lang $1
