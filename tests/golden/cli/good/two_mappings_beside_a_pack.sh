# Of two mappings none is taken by itself, unless the log needs none.
desk="$PWD/../../replay/desk"
cd "$(mktemp -d)"
cp -r "$desk" desk
cp desk/desk.mapping.yaml desk/other.mapping.yaml
printf 'ticket,what,when,who,hours,amount\n7,New job,2024-01-08 08:00,ada,,\n' > foreign.csv
printf 'case,event,at,role,worker\nJ1,opened,2024-01-08T09:00,desk,ada\n' > plain.csv
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" replay desk --log foreign.csv --lang $lang 2>&1
  echo "exit $?"
done
"$AFTERCARE_BIN/aftercare" replay desk --log foreign.csv --mapping desk/other.mapping.yaml | grep applied
"$AFTERCARE_BIN/aftercare" replay desk --log plain.csv | grep applied
