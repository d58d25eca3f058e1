# Packs, values with their dates, readings, calendars and registers on a day, in two languages and as JSON.
cat > ${TMPDIR:-/tmp}/dated_$$.overlay.yaml <<'END'
aftercare: 1
overlay: acme
parameters:
  price: [{is: 50 CNY}, {from: 2024-03-01, is: 60 CNY}, {from: 2024-06-01, is: 70 CNY}]
  patience: 10d
time_words: {promptly: 2h, promptly in C02: [{is: 1d}, {from: 2024-03-01, is: 2d}]}
END
overlay="--overlay ${TMPDIR:-/tmp}/dated_$$.overlay.yaml"
for day in 2023-12-31 2024-02-29 2024-03-01 2024-07-01; do
  "$AFTERCARE_BIN/aftercare" versions ../../dated/pack/pack.yaml $overlay --on $day | sed 's/logic .*/logic …/'
done
"$AFTERCARE_BIN/aftercare" versions ../../dated/pack/pack.yaml $overlay --on 2024-03-01 --lang zh | sed 's/逻辑 .*/逻辑 …/'
"$AFTERCARE_BIN/aftercare" versions ../../procedures/pack/pack.yaml --registers ../../procedures/registers --on 2024-03-04 | sed 's/logic .*/logic …/'
"$AFTERCARE_BIN/aftercare" versions ../../dated/pack/pack.yaml $overlay --on 2024-03-01 --format json | sed 's/"logic":"[0-9a-f]*"/"logic":"…"/'
"$AFTERCARE_BIN/aftercare" versions ../../dated/pack/pack.yaml --on yesterday
test $? = 2
rm ${TMPDIR:-/tmp}/dated_$$.overlay.yaml
