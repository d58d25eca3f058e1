# Time does not end before what has happened; nothing is kept then.
pack=$PWD/../../../../rules/it_support/help_desk
cd "$(mktemp -d)"
for until in 2024-03-04T08:59 2024-13-04; do
  "$AFTERCARE_BIN/aftercare" run "$pack" "2024-03-04T09:00 opened by agent number=7" --until $until --store cases.db --lang en 2>&1
  echo "exit $?"
done
"$AFTERCARE_BIN/aftercare" next "$pack" --store cases.db --lang en 2>&1
exit 1
