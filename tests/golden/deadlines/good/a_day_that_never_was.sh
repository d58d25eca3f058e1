set -e
tool=aftercare
"$tool" calendar show samoa 2011-12 --calendars ../../calendars/good --lang "$1"
"$tool" deadline --calendar samoa --calendars ../../calendars/good --from 2011-12-29T16:00 --within 2wh --explain --lang "$1"
