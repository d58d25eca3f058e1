tool=aftercare
"$tool" deadline --calendar always_open --calendars ../../calendars/good --from 2026-03-29T02:30 --within 1h --pause 2026-03-29T02:15/2026-03-29T04:00 --lang "$1"
echo "exit $?"
exit 1
