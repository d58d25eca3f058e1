set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-12-30T17:00 --within 16wh --lang "$1"
"$tool" deadline --calendar china_office --from 2026-12-30T17:00 --within 16wh --format json --lang "$1"
"$tool" deadline --calendar china_office --from 2005-09-30T17:00 --within 1wh --lang "$1"
