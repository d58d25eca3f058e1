# What time runs into and cannot do makes one case wait for a person; the others in the store go on.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
cat >> pack.yaml <<'END'
  case: {number: string, n: number}
  facts:
    began: {opens: open, by: desk, gives: [number, n]}
    left: {by: desk}
  corrections: {by: desk}
  states:
    open: {when: {left: over}}
    over: final
articles:
  P1:
    text: In time, or so much later.
    clock job.c: {start: began, stop: left, within: 1h}
    clock job.d: {start: c breached, stop: left, within: ceiling(n) * 1h}
END
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "2024-03-04T09:00 began by desk number=1 n=1000000" --until 2024-03-05T00:00
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "2024-03-05T09:00 began by desk number=2 n=1" "2024-03-05T09:01 left by desk key=1" --until 2024-03-05T13:00
"$AFTERCARE_BIN/aftercare" next . --store cases.db --case job/1 --lang zh
# A correction that leaves the cause makes it wait again; one that takes it away lets it go on.
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "2024-03-05T14:00 correct by desk key=1 n=2000000 reason=misread" "2024-03-05T14:10 correct by desk key=1 n=9 reason=misread" "2024-03-05T14:20 left by desk key=1" --until 2024-03-06T09:00
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --case job/1 --lang en
