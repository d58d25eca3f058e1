# A holiday that becomes known under open cases: limits in working time that are not met yet are counted again, with the reason; what was met, what counts clock time, and what was breached before stay as they were.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
cat >> pack.yaml <<'END'
  case: {number: string}
  facts:
    began: {opens: open, by: desk, gives: [number]}
    seen:  {by: desk}
    left:  {by: desk}
  states:
    open: {when: {left: over}}
    over: final
articles:
  P1:
    text: In time.
    calendar shop: {weekly: {mon-fri: "09:00-17:00"}}
    parameter hours: calendar
    clock job.looked: {start: began, stop: seen, cancel: left, within: 2wh, calendar: hours}
    clock job.done: {start: began, stop: left, within: 16wh, calendar: hours}
    clock job.by_the_clock: {start: began, stop: left, within: 96h}
    offence job.late: {when: done breached or looked breached, who: desk, fine: 10 CNY}
END
for list in "" "2024-03-05, 2024-03-06"; do
  cat > acme$(echo $list | wc -w).overlay.yaml <<END
aftercare: 1
overlay: acme
for: job_desk
calendars: {company: {extends: shop, holidays: [$list]}}
parameters: {hours: company}
END
done
sed -i "s/^for: .*/for: $(sed -n 's/^pack: //p' pack.yaml)/" acme*.overlay.yaml
first() { "$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en --overlay acme0.overlay.yaml "$@"; }
then_() { "$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en --overlay acme2.overlay.yaml "$@"; }
first "2024-02-26T09:00 began by desk number=breached" "2024-03-04T09:00 began by desk number=open" "2024-03-04T09:00 began by desk number=over" "2024-03-04T10:00 seen by desk key=open" "2024-03-04T10:30 left by desk key=over"
echo "── the list is changed ──"
then_ --reproject "the fifth and the sixth are holidays" --until 2024-03-05T12:00
for case in breached open over; do
  echo "── $case"
  "$AFTERCARE_BIN/aftercare" explain . --store cases.db --lang en --overlay acme2.overlay.yaml --case job/$case
done
