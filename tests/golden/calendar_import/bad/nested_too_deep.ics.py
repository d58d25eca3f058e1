print("BEGIN:VCALENDAR")
for i in range(100000): print("BEGIN:VEVENT")
