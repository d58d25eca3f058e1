import sys
sys.stdout.buffer.write('{"case": "J1", "event": "opened", "at": "2024-01-08T09:00"}\n'.encode("utf-16"))
