# The years between two lists would pass for years without holidays.
cd ../../calendar_import/good
printf '{"year": 2023, "days": [{"name": "x", "date": "2023-05-01", "isOffDay": true}]}' |
  aftercare calendar import a_list_of_days.json - --name gaps --lang "$1"
echo "exit $?"
exit 1
