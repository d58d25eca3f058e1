set -e
tool=aftercare
"$tool" calendar show either_of_two 2026-03 --calendars ../../calendars/good --lang "$1"
"$tool" deadline --calendar both_of_two --calendars ../../calendars/good --from 2026-03-06T16:00 --within 4wh --explain --lang "$1"
