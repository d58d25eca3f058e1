set -e
tool=aftercare
"$tool" deadline --calendar china_office --from 2026-02-13T16:00 --until 2026-02-14T14:00 --explain --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-14T14:00 --until 2026-02-13T16:00 --lang "$1"
"$tool" deadline --calendar china_office --from 2026-02-13T16:00 --until 2026-02-14T14:00 --pause 2026-02-13T17:00/2026-02-14T10:00 --format json --explain --lang "$1"
