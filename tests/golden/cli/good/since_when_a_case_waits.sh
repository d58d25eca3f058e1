# Who gets another place in the line has waited all the same; who comes back begins anew.
rm -rf desk && mkdir desk
cat > desk/pack.yaml <<'END'
aftercare: 1
pack: desk
source: T-11
timezone: Asia/Shanghai
roles: {clerk: 业务员, supervisor: 主任}
procedure call:
  key: number
  case: {number: string, promised: boolean = false}
  facts:
    called: {opens: waiting, by: clerk, gives: [number]}
    promise: {by: clerk, gives: [promised]}
    put_off: {by: clerk}
    back: {by: clerk}
  requests:
    dispatch: {by: supervisor}
  states:
    waiting: {when: {promise: stay, put_off: later, dispatch: over}}
    later: {when: {back: waiting}}
    over: final
articles:
  C01:
    text: 已约定时间的优先,其余按叫修先后派工。
    worklist to_send_out: {of: call, in: waiting, for: supervisor, order: [promised first, called.at]}
END
"$AFTERCARE_BIN/aftercare" run desk --lang en --store desk/cases.db \
  "2026-03-02T09:00 called by clerk number=A" "2026-03-02T09:30 called by clerk number=B" \
  "2026-03-02T09:40 called by clerk number=C" "2026-03-02T10:00 promise by clerk key=B promised=true" \
  "2026-03-02T10:10 put_off by clerk key=C" "2026-03-02T11:00 back by clerk key=C" \
  "2026-03-02T11:10 promise by clerk key=C promised=true" > /dev/null
"$AFTERCARE_BIN/aftercare" worklist desk --lang en --store desk/cases.db
rm -rf desk
