set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-03-02T10:00 --within 2wd --pause 2026-03-03T10:00/2026-03-03T13:00 --pause-counts touched_days --explain --lang "$1"
