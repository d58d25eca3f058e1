tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-30T10:00 --within 1wh --lang "$1"
echo "exit $?"
exit 1
