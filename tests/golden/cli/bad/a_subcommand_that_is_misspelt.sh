"$AFTERCARE_BIN/aftercare" chek ../../../../rules --lang en 2>&1
echo "exit $?"
"$AFTERCARE_BIN/aftercare" chek ../../../../rules --lang zh 2>&1
exit 1
