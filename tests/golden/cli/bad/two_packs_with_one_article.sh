# Two packs of one source, with articles of the same ids: a citation would not say which.
folder=$(mktemp -d)
mkdir "$folder/first" "$folder/second"
for name in first second; do
  sed "s/^pack: .*/pack: $name/" ../../stories/pack/pack.yaml > "$folder/$name/pack.yaml"
done
"$AFTERCARE_BIN/aftercare" check "$folder" --no-stories --lang en 2>&1 | sed "s|$folder/||"
rm -r "$folder"
exit 1
