set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-13T16:00 --within 6wh --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-13T16:00 --within 6wh --explain --format json --lang "$1"
