tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-13T16:00 --within 6wh --pause 2026-02-14T10:00/2026-02-13T17:00 --lang "$1"
echo "exit $?"
exit 1
