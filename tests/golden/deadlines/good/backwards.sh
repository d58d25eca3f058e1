set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-05-01 --before 10wd --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-03-31 --before 1mo --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-24T10:00 --before 2wh --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-10-20 --before 14d --roll previous_workday --lang "$1"
