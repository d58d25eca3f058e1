# 400 holidays of ten years each.
print("aftercare: 1\ncalendar: a_holiday_list_that_is_huge\ntimezone: Asia/Shanghai\nweekly: {mon: \"09:00-12:00\"}\nholidays:")
for i in range(400):
    print("  - 2010-01-01..2019-12-31 long")
