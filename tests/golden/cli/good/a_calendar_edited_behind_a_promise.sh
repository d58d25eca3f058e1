# What was promised by the calendar as it was known at the start stays where it was, also where the calendar is edited without a word since when.
cd "$(mktemp -d)"
sed 's/^conventions:.*/conventions: {extends: cn, judged_by: deadline}/' "$OLDPWD/../job_head.yaml" > pack.yaml
cat >> pack.yaml <<'END'
  corrections: {by: desk}
  case: {number: string, note: string = "-"}
  facts:
    began: {opens: open, by: desk, gives: [number]}
    waits: {by: desk}
    goes:  {by: desk}
    left:  {by: desk}
  states:
    open: {when: {left: over}}
    over: final
articles:
  P1:
    text: In time.
    calendar a: {weekly: {mon-fri: "09:00-17:00"}, holidays: [2024-03-05]}
    clock job.promised: {start: began, stop: left, pause: waits, resume: goes, within: 8wh, calendar: a, calendar_as_of: start}
    clock job.now: {start: began, stop: left, pause: waits, resume: goes, within: 8wh, calendar: a}
END
play() { "$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "$@"; }
play "2024-03-04T13:00 began by desk number=1"
sed -i 's/, holidays: \[2024-03-05\]//' pack.yaml
play --reproject "the fifth is worked" --until 2024-03-04T14:00
play "2024-03-04T15:00 waits by desk key=1" "2024-03-04T16:00 goes by desk key=1"
play "2024-03-05T10:00 correct by desk key=1 note=x"
play "2024-03-05T18:00 correct by desk key=1 waits.at=2024-03-04T14:30"
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --case job/1 --lang en
