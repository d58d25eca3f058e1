set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2020-01-23T09:00 --within 16wh --known 2020-01-26 --lang "$1"
"$tool" deadline --calendar china_office --from 2020-01-23T09:00 --within 16wh --known 2020-01-28 --lang "$1"
