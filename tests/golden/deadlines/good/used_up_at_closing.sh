set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-03-02T09:00 --within 8wh --lang "$1"
"$tool" deadline --calendar china_office --from 2026-03-02T09:00 --within 8wh --boundary next_open --lang "$1"
"$tool" deadline --calendar china_office --from 2026-03-02T09:00 --within 8wh --compare elapsed --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-03-07T12:00 --within 0wh --lang "$1"
