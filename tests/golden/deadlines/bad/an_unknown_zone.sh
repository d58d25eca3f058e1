tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-13T16:00 --within 6wh --zone Asia/Shangai --lang "$1"
echo "exit $?"
exit 1
