cd ../../calendar_import/good
aftercare calendar import the_end_is_exclusive.ics --name spring --lang "$1"
echo "exit $?"
exit 1
