# A shift that passes midnight belongs to the evening on which it begins, also where calendars are laid together.
set -e
tool=aftercare
"$tool" calendar show days_or_nights 2026-03 --calendars ../../calendars/good --lang "$1"
"$tool" deadline --calendar days_or_nights --calendars ../../calendars/good --from 2026-03-06T10:00 --within 1wd --explain --lang "$1"
"$tool" deadline --calendar always_and_nights --calendars ../../calendars/good --from 2026-03-07T03:00 --within 1wd --lang "$1"
"$tool" deadline --calendar always_and_nights --calendars ../../calendars/good --from 2026-03-06T12:00 --until 2026-03-10T12:00 --lang "$1"
"$tool" calendar show always_or_nights 2026-03 --calendars ../../calendars/good --lang "$1"
