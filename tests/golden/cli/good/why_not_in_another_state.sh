# What no state takes now: the states that do, and what leads there; of an entitlement, its term.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: repairs
source: T-11
timezone: Asia/Shanghai
roles: {desk: 前台, worker: 师傅}
procedure job:
  key: number
  case: {number: string, bought: date}
  facts:
    asked:   {opens: to_look, by: desk, gives: [number, bought]}
    refused: {by: worker}
  requests:
    look:    {by: worker}
    send:    {by: desk}
    free:    {by: desk}
  states:
    to_look: {when: {look: looked, refused: to_send, looking breached: to_send}}
    to_send: {when: {send: looked}, cites: C01}
    looked:  {when: {free: over}}
    over:    final
articles:
  C01:
    text: 师傅四小时内上门,逾期或拒绝的另派。
    clock job.looking: {start: asked, stop: look, cancel: enter to_send, within: 4h}
  C02:
    text: 一年内免费。
    entitlement job.warranty: {on: asked.at, from: bought, lasts: 1y, ends: plain}
    needs job.free:
      within a year: warranty.answer = covered
END
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" next . --lang $lang --event "2026-01-02T09:00 asked by desk li number=A1 bought=2024-01-02" \
    --case A1 --why-not "2026-01-02T10:00 send by desk li"
  "$AFTERCARE_BIN/aftercare" next . --lang $lang --event "2026-01-02T09:00 asked by desk li number=A1 bought=2024-01-02" \
    --event "2026-01-02T09:30 look by worker wu key=A1" --case A1 --why-not "2026-01-02T10:00 free by desk li"
done
