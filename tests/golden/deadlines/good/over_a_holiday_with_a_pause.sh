set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-14T10:00 --within 8wh --explain --pause 2026-02-14T11:00/2026-02-14T14:00 --pause 2026-02-24T10:00/2026-02-24T10:30 --lang "$1"
