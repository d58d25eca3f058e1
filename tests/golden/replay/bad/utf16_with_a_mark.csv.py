import sys
sys.stdout.buffer.write("case,event,at\r\nJ1,opened,2024-01-08T09:00\r\n".encode("utf-16"))
