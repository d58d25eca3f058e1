# A story may go by a calendar of the folder that its pack does not name; one that nobody has is told
# with the places where stories have them.
rm -rf shop && mkdir -p shop/calendars
printf 'aftercare: 1\ncalendar: short_days\ntimezone: Asia/Shanghai\nweekly: {mon-fri: "09:00-12:00"}\nholidays: []\n' > shop/calendars/short_days.yaml
cat > shop/pack.yaml <<'END'
aftercare: 1
pack: shop
source: T-11
timezone: Asia/Shanghai
roles: {desk: 前台, technician: 师傅}
procedure repair:
  key: number
  case: {number: string}
  facts:
    reported: {opens: waiting, by: desk, gives: [number]}
    fixed: {by: technician}
  states:
    waiting: {when: {fixed: over}}
    over: final
articles:
  C01:
    text: 六个工时内修复。
    parameter days: calendar
    clock repair.fixing: {start: reported, stop: fixed, within: 6wh, calendar: days}
END
story() {
  printf "$1" "$2" > shop/stories.yaml
  for lang in en zh; do "$AFTERCARE_BIN/aftercare" test shop --lang $lang; code=$?; done
}
english='given: {day: 2026-03-02}
stories:
  in two days:
    proves: C01
    with: {days: %s}
    when:
      - "09:00 reported": {number: A}
    then: {due: {fixing: 2026-03-04T09:00}}
'
story "$english" short_days
story "$english" shrt_days
story '已知: {日: 2026-03-02}
情景:
  两天:
    验证: C01
    附: {days: %s}
    当:
      - "09:00 reported": {number: A}
    则: {到期: {fixing: 2026-03-04T09:00}}
' nowhere
# A file of which no key is one goes by the words of its pack.
printf '故事: {}\n' > shop/stories.yaml
"$AFTERCARE_BIN/aftercare" test shop --lang zh
"$AFTERCARE_BIN/aftercare" fmt --language zh shop/pack.yaml > shop/out
"$AFTERCARE_BIN/aftercare" test shop --lang zh
rm -rf shop; exit $code
