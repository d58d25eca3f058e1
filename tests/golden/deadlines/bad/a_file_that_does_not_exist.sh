tool=aftercare
"$tool" deadline --calendar ./moon.yaml --from 2026-02-13T16:00 --within 6wh --lang "$1"
echo "exit $?"
exit 1
