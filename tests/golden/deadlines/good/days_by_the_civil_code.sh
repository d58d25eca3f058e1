set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-02T10:00 --within 14d --term cn_civil_code --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2025-02-14T10:00 --within 1y --term cn_civil_code --lang "$1"
