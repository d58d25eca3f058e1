# A limit that is a date and a time of day: of the zone of the pack, or of its own.
rm -rf shop && mkdir shop
cat > shop/pack.yaml <<'END'
aftercare: 1
pack: shop
source: T-11
timezone: Europe/Berlin
roles: {desk: 前台, technician: 师傅}
procedure repair:
  key: number
  case: {number: string, day: date, hour: time}
  facts:
    reported: {opens: waiting, by: desk, gives: [number, day, hour]}
    fixed: {by: technician}
  states:
    waiting: {when: {fixed: over}}
    over: final
articles:
  C01:
    text: 约定的时刻以前修复。
    clock repair.at_six:
      start: reported
      stop: fixed
      by: date and time(day, time("18:00:00"))
    clock repair.as_agreed:
      start: reported
      stop: fixed
      by: date and time(day, hour)
    clock repair.elsewhere:
      start: reported
      stop: fixed
      by: date and time("2026-03-05T18:00:00+08:00")
    clock repair.reminded:
      start: reported
      stop: fixed
      by: date and time(day, hour)
      ahead: 2d
END
"$AFTERCARE_BIN/aftercare" run shop --lang en \
  "2026-03-02T09:00 reported by desk number=A day=2026-03-05 hour=14:30:00"
# In the night of 29 March the clocks go from two to three: that time never comes.
"$AFTERCARE_BIN/aftercare" run shop --lang en \
  "2026-03-02T09:00 reported by desk number=A day=2026-03-29 hour=02:30:00"
rm -rf shop
