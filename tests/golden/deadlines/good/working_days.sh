set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-09-28T10:00 --within 3wd --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-09-28T10:00 --within 0wd --lang "$1"
