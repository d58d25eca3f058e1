"$AFTERCARE_BIN/aftercare" check no/such/folder --lang en
"$AFTERCARE_BIN/aftercare" check no/such/folder --lang zh
echo "exit $?"
exit 1
