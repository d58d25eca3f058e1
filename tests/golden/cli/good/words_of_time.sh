# A word of time that is not set stops the run with every article that says it; an overlay may set one an article.
pack=../../dated/pack/pack.yaml
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run $pack --lang $lang --set price="50 CNY" --set patience=10d "2024-03-04T09:00 reported by desk number=A1 technician=li"
done
cat > ${TMPDIR:-/tmp}/words_$$.overlay.yaml <<'END'
aftercare: 1
overlay: acme
parameters: {price: 50 CNY, patience: 10d}
time_words: {promptly in C01: 2h, promptly in C02: 1d}
END
"$AFTERCARE_BIN/aftercare" run $pack --overlay ${TMPDIR:-/tmp}/words_$$.overlay.yaml --until 2024-03-06T09:00 "2024-03-04T09:00 reported by desk number=A1 technician=li"
"$AFTERCARE_BIN/aftercare" show parameters $pack --overlay ${TMPDIR:-/tmp}/words_$$.overlay.yaml
rm ${TMPDIR:-/tmp}/words_$$.overlay.yaml
# The command line may set them in either vocabulary.
"$AFTERCARE_BIN/aftercare" run $pack --lang zh --set price="50 CNY" --set patience=10天 --set promptly=90分钟 "2024-03-04T09:00 reported by desk number=A1 technician=li"
