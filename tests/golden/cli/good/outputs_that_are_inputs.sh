# Nothing is written over what is read, by whatever path, and no two outputs are one file.
desk="$PWD/../../replay/desk"
cd "$(mktemp -d)"
printf 'case,event,at,role,worker\nJ1,opened,2024-01-08T09:00,desk,ada\n' > log.csv
cp log.csv kept.csv
cp -r "$desk" desk
ln log.csv linked.csv
ln -s log.csv pointed.csv
for lang in en zh; do
  replay="$AFTERCARE_BIN/aftercare replay desk --log log.csv --lang $lang"
  for outputs in "--steps log.csv" "--entries ./log.csv" "--report linked.csv" "--report pointed.csv" \
      "--steps desk/pack.yaml" "--report desk/desk.mapping.yaml" "--steps new.csv --entries new.csv" "--steps new.csv --entries ./x/../new.csv" \
      "--steps new.db --store new.db" "--steps - --entries -"; do
    $replay $outputs 2>&1
    echo "exit $?"
  done
  "$AFTERCARE_BIN/aftercare" simulate desk -o desk/pack.yaml --lang $lang 2>&1
  echo "exit $?"
  "$AFTERCARE_BIN/aftercare" diagram desk -o desk/pack.yaml --lang $lang 2>&1
  echo "exit $?"
done
cmp log.csv kept.csv && cmp "$desk/pack.yaml" desk/pack.yaml && ls
"$AFTERCARE_BIN/aftercare" replay desk --log log.csv --steps /dev/null --entries /dev/null > summary.txt && wc -l < summary.txt
