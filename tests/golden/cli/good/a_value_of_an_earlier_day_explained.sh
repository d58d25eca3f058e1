# Values that hold from a day on: what was judged by the value of another day than the step's is explained by that value, with the day.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: dated
source: T-09
timezone: Asia/Shanghai
currency: CNY
roles: {desk: Desk, technician: Technician}
time_words: {promptly: duration}
procedure repair:
  key: number
  case: {number: string, technician: technician, damaged: boolean = false}
  facts:
    reported: {opens: waiting, by: desk, gives: [number, technician]}
    fixed:    {by: technician, gives: [damaged]}
  corrections: {by: desk}
  states:
    waiting: {when: {fixed: done}}
    done: final
articles:
  C01:
    text: 应及时修复,逾期罚款。
    parameter price: money
    clock repair.repairing: {start: reported, stop: fixed, within: promptly}
    offence repair.late: {when: repairing breached, who: technician, fine: price}
  C02:
    text: 损坏用户财物的按规定罚款。
    offence repair.damage:
      if: fixed != null and damaged and price > 1 CNY
      on: fixed.at
      who: technician
      fine: 2 * price
END
cat > acme.overlay.yaml <<'END'
aftercare: 1
overlay: acme
for: dated
parameters:
  price:
    - {is: 50 CNY}
    - {from: 2024-03-01, is: 60 CNY}
time_words:
  promptly:
    - {is: 24h}
    - {from: 2024-03-01, is: 48h}
END
"$AFTERCARE_BIN/aftercare" run . --overlay acme.overlay.yaml --store cases.db --lang en > run.out \
  "2024-02-28T09:00 reported by desk number=A1 technician=li" \
  "2024-02-28T11:00 fixed by technician li key=A1 damaged=false" \
  "2024-02-29T18:00 reported by desk number=A2 technician=wu" \
  "2024-03-01T19:00 fixed by technician wu key=A2 damaged=true" \
  "2024-03-29T09:00 correct by desk key=repair/A1 damaged=true" \
  "2024-03-30T09:00 correct by desk key=repair/A1 damaged=false"
grep -A3 refused run.out
for lang in en zh; do "$AFTERCARE_BIN/aftercare" explain . --overlay acme.overlay.yaml --store cases.db --lang $lang; done
