cd "$(mktemp -d)"
touch empty.txt
printf 'aftercare: 1\noverlay: acme\nfor: x\n' > acme.overlay.yaml
printf 'a: 1\n' > stories.yaml
for file in empty.txt acme.overlay.yaml stories.yaml; do
  "$AFTERCARE_BIN/aftercare" check $file --lang en
  echo "exit $?"
done 2>&1
"$AFTERCARE_BIN/aftercare" diagram empty.txt --lang zh 2>&1
