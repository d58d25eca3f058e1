set -e
cd ../../../..
aftercare check rules/calendars/china.yaml rules/calendars/china_office.yaml --lang "$1"
