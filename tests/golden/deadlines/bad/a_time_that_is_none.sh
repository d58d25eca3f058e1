tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-13 --within 6m --lang "$1"
"$tool" deadline --calendar china_office --from tomorrow --within 6wh --lang "$1"
echo "exit $?"
exit 1
