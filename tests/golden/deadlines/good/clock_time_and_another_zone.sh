set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-13T08:00Z --within 48h --zone Europe/Berlin --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-13T16:00:30.5+08:00 --within 90s --pause 2026-02-13T16:01/2026-02-13T16:03 --explain --lang "$1"
