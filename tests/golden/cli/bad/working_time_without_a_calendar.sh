# Working time is counted on a calendar: what a timer, a decision or the value of a parameter brings is found before it runs.
cd "$(mktemp -d)"
here=$OLDPWD
pack() { cp "$here/../job_head.yaml" pack.yaml; cat >> pack.yaml <<END
  case: {number: string, n: number, bought: date}
  facts:
    began: {opens: open, by: desk, gives: [number, n, bought]}
    left: {by: desk}
  states:
    open: {$1}
    over: final
articles:
  P1:
    text: In time.
    parameter patience: duration
    parameter ahead: duration
    parameter grace: duration
    $2
END
}
for timer in 'when: {left: over}, after: {2wh: over}' 'when: {left: over}, after: {patience: over}' \
    'decide: {by: desk, within: 2wd, then: {approve: over, reject: over, lapse: over}}'; do
  pack "$timer" 'clock job.long: {start: began, stop: left, within: 30d}'
  "$AFTERCARE_BIN/aftercare" run . --set patience=3wh --set ahead=1h --set grace=1h --lang en "2024-03-04T09:00 began by desk number=1 n=2 bought=2024-01-01" 2>&1
done
pack 'when: {left: over}' 'clock job.c: {start: began, stop: left, within: patience, late_entry: grace, remind: [{before: ahead, notify: desk}]}'
for values in 'patience=3wh ahead=1h grace=1h' 'patience=2d ahead=1wd grace=1h' 'patience=2d ahead=1h grace=1wh'; do
  set -- $values
  "$AFTERCARE_BIN/aftercare" run . --set $1 --set $2 --set $3 --lang zh "2024-03-04T09:00 began by desk number=1 n=2 bought=2024-01-01" 2>&1
done
pack 'when: {left: over}' 'clock job.c: {start: began, stop: left, within: n * 1h}'
"$AFTERCARE_BIN/aftercare" run . --set patience=1h --set ahead=1h --set grace=1h --lang en "2024-03-04T09:00 began by desk number=1 n=-2 bought=2024-01-01" 2>&1
exit 1
