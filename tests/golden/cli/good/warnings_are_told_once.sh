# Pack and stories are both read, and a finding about the pack is told once; as JSON, in one object.
folder=$(mktemp -d)
printf '\357\273\277' > "$folder/pack.yaml"
cat ../untouched/pack.yaml >> "$folder/pack.yaml"
cp ../untouched/stories.yaml "$folder"
cd "$folder"
"$AFTERCARE_BIN/aftercare" check . --lang en 2>&1
"$AFTERCARE_BIN/aftercare" check . --format json 2>&1
rm -r "$folder"
