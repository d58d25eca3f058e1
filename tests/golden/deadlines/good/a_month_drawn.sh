set -e
tool=aftercare
"$tool" calendar show china_office 2026-02 --lang "$1"
"$tool" calendar show china_office 2026-10 --lang "$1"
"$tool" calendar show everything 2026-12 --calendars ../../calendars/good --lang "$1"
"$tool" calendar show night_shifts 2026-03 --calendars ../../calendars/good --lang "$1"
