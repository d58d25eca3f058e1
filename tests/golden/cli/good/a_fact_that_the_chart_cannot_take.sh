# A chart that never comes to rest: the fact is recorded, the case stays where it was and waits for a person; a request is not granted. What comes after that is told why.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
cat >> pack.yaml <<'END'
  case: {number: string, n: number}
  facts:
    began: {opens: open, by: desk, gives: [number, n]}
    done:  {by: desk, gives: [n]}
    left:  {by: desk}
  requests:
    ask:   {by: desk}
  corrections: {by: desk}
  states:
    open: {always: [{if: n > 9 and state = open, go: a}], when: {done or ask: a, left: over}}
    a:    {always: [{if: n > 3 and state = a, go: b}, {else: over}]}
    b:    {always: [{if: n > 3 and state = b, go: a}]}
    over: final
articles:
  P1:
    text: In time.
    clock job.c: {start: began, stop: done, within: 8h, cancel: enter over}
END
play() { "$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "$@"; }
play "2024-03-04T09:00 began by desk number=1 n=5" "2024-03-04T09:30 ask by desk key=1"
play "2024-03-04T10:00 done by desk key=1 n=7"
play "2024-03-04T11:00 left by desk key=1" "2024-03-04T11:10 began by desk number=1 n=1" --until 2024-03-05T09:00
play "2024-03-05T10:00 began by desk number=2 n=10" --until 2024-03-06T09:00
play "2024-03-06T10:00 began by desk number=3 n=1" "2024-03-06T10:10 done by desk key=3 n=2"
# What somebody corrects or takes back lets the case go on.
play "2024-03-07T08:50 retract by desk key=1 fact=left reason=misheard" "2024-03-07T09:00 retract by desk key=1 fact=done reason=misheard" "2024-03-07T09:05 done by desk key=1 n=1"
play "2024-03-07T09:00 correct by desk key=2 n=1 reason=misread" "2024-03-07T09:05 done by desk key=2 n=2"
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --case job/1 --lang en
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --case job/2 --lang zh
cat > job.csv <<'END'
case,event,at,role,n
1,began,2024-03-04T09:00,desk,5
1,done,2024-03-04T10:00,desk,7
1,left,2024-03-04T11:00,desk,
2,began,2024-03-04T09:00,desk,1
2,done,2024-03-04T10:00,desk,1
END
"$AFTERCARE_BIN/aftercare" replay . --log job.csv --lang en
