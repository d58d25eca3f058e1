# A few steps make a value whose parts are shared and whose text has no end.
list='(for i in 1..60 return if i = 1 then {a: 1} else {a: partial[-1], b: partial[-1]})[-1]'
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" eval "$list = 1" --lang $lang
  echo "exit $?"
  "$AFTERCARE_BIN/aftercare" eval "$list" --lang $lang
  echo "exit $?"
  "$AFTERCARE_BIN/aftercare" eval "$list" --format json --lang $lang
  echo "exit $?"
done 2>&1
exit 1
