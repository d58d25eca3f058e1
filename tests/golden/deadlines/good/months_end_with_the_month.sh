set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-01-31 --within 1mo --lang "$1"
"$tool" deadline --calendar china_office --from 2026-01-31 --within 1mo --roll next_workday_in_month --explain --lang "$1"
