set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-05-01T10:00 --before 14d --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-03-01 --before 14d --roll previous_workday --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-26 --before 3wd --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-26 --before 24h --explain --lang "$1"
