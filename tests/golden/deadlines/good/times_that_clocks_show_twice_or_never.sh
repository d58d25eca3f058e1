# 02:30 comes twice on 25 October 2026 in Berlin and never on 29 March.
tool=aftercare
for day in 2026-10-25 2026-03-29; do
  "$tool" deadline --calendar always_open --calendars ../../calendars/good --from ${day}T02:30 --within 1h --lang "$1" 2>&1
  echo "exit $?"
done
"$tool" deadline --calendar always_open --calendars ../../calendars/good --from 2026-10-25T02:30+01:00 --within 1h --lang "$1"
