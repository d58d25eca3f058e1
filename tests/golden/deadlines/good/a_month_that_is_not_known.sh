set -e
tool=aftercare
"$tool" calendar show china_office 2027-01 --lang "$1"
