print("BEGIN:VCALENDAR\n" + ("X-A:" + "a" * 60 + "\n") * 300000 + "END:VCALENDAR")
