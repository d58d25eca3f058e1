import sys
sys.stdout.buffer.write(b"a:   1   # one\r\n\r\nb: |\r\n     x\r\n\r\n     y\r\nc:\r\n    - 1\r\n    - 2\r\n")
