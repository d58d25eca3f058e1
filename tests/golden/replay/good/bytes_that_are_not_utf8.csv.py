# One name in GB 18030: that row cannot be read, the others can.
import sys
sys.stdout.buffer.write("case,event,at,role,person,worker\nJ1,opened,2024-01-08T09:00,desk,,ada\n".encode()
                        + "J2,opened,2024-01-08T09:01,desk,,李\n".encode("gb18030")
                        + "J1,begun,2024-01-08T09:30,worker,ada,\nJ3,opened,2024-01-08T09:40,desk,,李\n".encode())
