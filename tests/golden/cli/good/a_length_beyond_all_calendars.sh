# A fact whose data promise more than a clock can hold has happened all the same: it is recorded, and says which clock, formula, field and clause. A request is not granted.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
cat >> pack.yaml <<'END'
  case: {number: string, n: number, on: date}
  facts:
    began: {opens: open, by: desk, gives: [number, n, on]}
    more:  {by: desk, gives: [n]}
    left:  {by: desk}
  requests:
    longer: {by: desk, gives: [n]}
  corrections: {by: desk}
  states:
    open: {when: {more or longer: open, left: over}}
    over: final
articles:
  P1:
    text: In time.
    clock job.days: {start: began, stop: left, within: ceiling(n) * 1d, on_goal_change: retroactive}
  P2:
    text: So long before that day.
    clock job.ahead: {start: began, stop: left, by: on, ahead: ceiling(n) * 1h}
END
play() { "$AFTERCARE_BIN/aftercare" run . --store cases.db "$@"; }
# At the opening; what is put right lets it go on.
play --lang en "2024-03-04T09:00 began by desk number=1 n=999999999 on=2024-03-20" "2024-03-04T10:00 correct by desk key=1 n=3 reason=misread"
# In the middle, and a request.
play --lang en "2024-03-04T09:00 began by desk number=2 n=2 on=2024-03-20" "2024-03-04T10:00 longer by desk key=2 n=999999999" "2024-03-04T11:00 more by desk key=2 n=999999999" "2024-03-05T09:00 left by desk key=2" --until 2024-03-08T00:00
"$AFTERCARE_BIN/aftercare" next . --store cases.db --case job/2 --lang zh
play --lang zh "2024-03-08T09:00 retract by desk key=2 fact=left reason=误录" "2024-03-08T09:10 retract by desk key=2 fact=more reason=误录"
cat > job.csv <<'END'
case,event,at,role,n,on
1,began,2024-03-04T09:00,desk,999999999,2024-03-20
2,began,2024-03-04T09:00,desk,2,2024-03-20
2,more,2024-03-04T11:00,desk,-999999999,
3,began,2024-03-04T09:00,desk,3,2024-03-20
3,left,2024-03-06T11:00,desk,,
END
"$AFTERCARE_BIN/aftercare" replay . --log job.csv --lang en
