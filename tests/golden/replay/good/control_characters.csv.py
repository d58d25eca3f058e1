print("case,event,at,role,worker\n"
      "J1,opened,2024-01-08T09:00,desk,ada\n"
      "J\0,opened,2024-01-08T09:00,desk,ada\n"
      "J2,opened,2024-01-08T09:00,desk,a\0a\n"
      "J\x1b[31m,opened,2024-01-08T09:00,desk,ada\n"
      '"J\n4",opened,2024-01-08T09:00,desk,ada\n', end="")
