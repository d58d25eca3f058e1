# Numbers below nothing, and words for numbers, are wrong uses.
desk="$PWD/../../replay/desk"
cd "$(mktemp -d)"
printf 'case,event,at,role,worker\nJ1,opened,2024-01-08T09:00,desk,ada\n' > log.csv
for lang in en zh; do
  for options in "--seed -1" "--seed one" "--seed 1.5" "--cases -1" "--rate -5" "--late 120%" "--start 2024-13-01"; do
    "$AFTERCARE_BIN/aftercare" simulate "$desk" $options --lang $lang > out.txt 2>&1
    echo "$options: exit $?"
    grep -v "^Run with" out.txt
  done
  for options in "--threads -1" "--partitions -2" "--until tomorrow"; do
    "$AFTERCARE_BIN/aftercare" replay "$desk" --log log.csv $options --lang $lang > out.txt 2>&1
    echo "$options: exit $?"
    grep -v "^Run with" out.txt
  done
done
