set -e
tool=aftercare
"$tool" calendar show china_office 2026-02 --format json --lang "$1"
