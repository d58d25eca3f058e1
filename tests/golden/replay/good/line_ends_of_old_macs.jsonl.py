print('{"case": "J1", "event": "opened", "at": "2024-01-08T09:00", "role": "desk", "worker": "ada"}\r'
      '\r{"case": "J1", "event": "begun", "at": "noon", "role": "desk"}\r', end="")
