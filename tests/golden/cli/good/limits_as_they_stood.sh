# An explanation gives each limit as it stood at that step, whatever has become of the clock since.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
cat >> pack.yaml <<'END'
  case: {number: string, n: number}
  facts:
    began: {opens: open, by: desk, gives: [number, n]}
    waits: {by: desk}
    goes:  {by: desk}
    again: {by: desk}
    more:  {by: desk, gives: [n]}
    left:  {by: desk}
  states:
    open: {when: {left: over}}
    over: final
articles:
  P1:
    text: In time.
    clock job.c: {start: began, stop: enter over, pause: waits, resume: goes, restart: again, within: ceiling(n) * 1h, on_goal_change: retroactive}
    clock job.d: {start: began, pause: waits, resume: goes, within: 8h, cancel: left}
END
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "2024-03-04T09:00 began by desk number=1 n=2" "2024-03-04T09:30 more by desk key=1 n=4" "2024-03-04T10:00 waits by desk key=1" "2024-03-04T11:00 goes by desk key=1" "2024-03-04T12:00 again by desk key=1" "2024-03-04T13:00 waits by desk key=1" "2024-03-04T13:30 left by desk key=1"
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --case job/1 --lang en
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --case job/1 --lang zh | head -4
