# A name that leads nowhere is never green.
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" test ../mutated/stories.yaml --lang $lang 2>&1
  "$AFTERCARE_BIN/aftercare" test ../mutatd ../nowhere --lang $lang 2>&1
  "$AFTERCARE_BIN/aftercare" test ../mutated --only "in time and cheep" --lang $lang 2>&1
  "$AFTERCARE_BIN/aftercare" coverage ../mutatd --lang $lang 2>&1
done
folder=$(mktemp -d)
cp ../mutated/pack.yaml "$folder"
cd "$folder"
"$AFTERCARE_BIN/aftercare" test . --lang en 2>&1
mkdir stories.yaml
"$AFTERCARE_BIN/aftercare" test . --lang en 2>&1
"$AFTERCARE_BIN/aftercare" check . --lang zh 2>&1
"$AFTERCARE_BIN/aftercare" coverage . --format json 2>/dev/null
echo "exit $?"
rm -r "$folder"
exit 1
