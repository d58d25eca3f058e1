import sys
sys.stdout.buffer.write("case,event,at\nJ1,opened,2024-01-08T09:00\n".encode("utf-16-be"))
