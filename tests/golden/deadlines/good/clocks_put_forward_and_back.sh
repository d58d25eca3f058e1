set -e
tool=aftercare
"$tool" deadline --calendar night_shifts --calendars ../../calendars/good --from 2026-03-27T22:00 --within 10wh --explain --lang "$1"
"$tool" deadline --calendar ../../calendars/good/always_open.yaml --from 2026-10-24T12:00 --within 24h --explain --lang "$1"
"$tool" deadline --calendar always_open --calendars ../../calendars/good --from 2026-10-25T02:30:00+01:00 --within 1h --lang "$1"
