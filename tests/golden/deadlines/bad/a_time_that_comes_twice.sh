tool=aftercare
"$tool" deadline --calendar always_open --calendars ../../calendars/good --from 2026-10-25T02:30 --within 1h --lang "$1"
echo "exit $?"
exit 1
