# A limit that has run out is explained by the facts of its start, where later ones do not change what was promised.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
cat >> pack.yaml <<'END'
  case: {number: string, hours: number}
  facts:
    began:   {opens: open, by: desk, gives: [number, hours]}
    changed: {by: desk, gives: [hours]}
    left:    {by: desk}
  states:
    open: {when: {left: over, changed: stay}}
    over: final
articles:
  P1:
    text: Work is done within the hours that were said.
    clock job.work: {start: began, stop: left, within: duration("PT1H") * hours, on_goal_change: keep}
END
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en --until 2024-03-05T09:00 \
  "2024-03-04T09:00 began by desk number=1 hours=3" "2024-03-04T10:00 changed by desk key=1 hours=8" > run.out || cat run.out
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --lang en
