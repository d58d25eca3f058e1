print("case,event,at,role,worker\rJ1,opened,2024-01-08T09:00,desk,ada\rJ1,begun,noon,desk,\r", end="")
