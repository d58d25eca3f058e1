set -e
cd ../../calendar_import/good
aftercare calendar import the_end_is_exclusive.ics --name spring --zone Asia/Shanghai --off 国庆 --off 春节 --lang "$1"
aftercare calendar import two_names_of_one_day.ics --name autumn --zone Asia/Shanghai --off 中秋 --make-up 加班 --until 2026-06-30 --lang "$1"
printf '{"year": 2025, "days": [{"name": "x", "date": "2025-05-01", "isOffDay": true}]}' |
  aftercare calendar import a_list_of_days.json - --name two_years --lang "$1"
