# `from` and `to` take their edge in, `after` and `before` leave it out; a window in days opens with its first day.
# What a stop has ended is not cancelled by what happens at the same instant.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: windows
title: Windows
source: T-09
version: 1
effective: {from: 2024-01-01}
timezone: Asia/Shanghai
currency: CNY
conventions: {extends: cn, judged_by: deadline}
roles: {desk: Desk}
procedure job:
  key: number
  case: {number: string}
  facts:
    began: {opens: open, by: desk, gives: [number]}
    done: {by: desk}
    left: {by: desk}
  states:
    open: {when: {left: over}}
    over: final
articles:
  C01:
    text: In a window.
    calendar a: {weekly: {mon-fri: "09:00-17:00"}}
    clock job.hours_to: {start: began, stop: done, window: {from: 1h, to: 4h}}
    clock job.hours_before: {start: began, stop: done, window: {after: 1h, before: 4h}}
    clock job.days_to: {start: began, stop: done, window: {from: 1d, to: 5d}}
    clock job.days_before: {start: began, stop: done, window: {from: 1d, before: 5d}}
    clock job.weeks_before: {start: began, stop: done, window: {from: 1d, before: 1w}}
    clock job.workdays_to: {start: began, stop: done, window: {from: 2wd, to: 4wd}, calendar: a}
    clock job.workdays_before: {start: began, stop: done, window: {after: 2wd, before: 4wd}, calendar: a}
    clock job.both: {start: began, stop: done, within: 30d, cancel: done or left}
END
for done in 2026-03-02T11:00:00 2026-03-02T11:00:01 2026-03-02T13:59:59 2026-03-02T14:00:00 2026-03-04T00:00:00 2026-03-04T16:59:59 \
    2026-03-04T17:00:00 2026-03-05T09:00:00 2026-03-05T17:00:00 2026-03-05T17:00:01 2026-03-06T16:59:59 2026-03-06T17:00:00 2026-03-07T23:59:59 \
    2026-03-08T23:59:59 2026-03-09T00:00:00; do
  echo "$done $("$AFTERCARE_BIN/aftercare" run . --lang en "2026-03-02T10:00 began by desk number=1" "$done done by desk" 2>/dev/null |
    sed -n '/^job/,$p' | sed -n 's/^    \([a-z_]*\) \([a-z]*\).*/\1 \2/p' | tr '\n' ',')"
done
