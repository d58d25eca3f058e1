# 120 stretches of hours of one minute.
hours = " ".join(f"{h:02}:{m:02}-{h:02}:{m+1:02}" for h in range(24) for m in (0, 10, 20, 30, 40))
print(f'aftercare: 1\ncalendar: a_day_of_many_hours\ntimezone: Asia/Shanghai\nweekly: {{mon: "{hours}"}}')
