import sys
sys.stdout.buffer.write(b"\xef\xbb\xbf# with a mark\r\naftercare: 1\r\npack: p   \r\n\r\n\r\narticles:\r\n    C01:   # one\r\n        text: |\r\n            a\r\n              b\r\n        no_rule: conduct\r\n")
