# key, case and reason are a line's own words; data that are called so are written with `data.` before them.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: job
title: Job
source: T-13
version: 1
effective: {from: 2024-01-01}
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {desk: Desk, customer: Customer}
procedure job:
  key: number
  case: {number: string, reason: string, key: optional string, open_fee: money}
  facts:
    began: {opens: open, by: desk, gives: [number, reason, open_fee]}
    lent:  {by: desk, gives: [key]}
    left:  {by: desk}
  corrections: {by: desk}
  states:
    open: {when: {left: over}}
    over: final
articles:
  P1:
    text: The fee of the desk is refunded to the customer.
    payment job.refund: {if: left != null, on: left.at, from: desk, to: customer, amount: open_fee}
END
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run . --store $lang.db --lang $lang "2024-03-04T09:00 began by desk number=1 data.reason=broken glass open_fee=30 CNY" \
    "2024-03-04T09:10 lent by desk key=1 data.key=K7" "2024-03-04T10:00 left by desk key=1" \
    "2024-03-04T11:00 correct by desk key=1 data.reason=broken frame reason=misheard"
done
"$AFTERCARE_BIN/aftercare" run . --store en.db --lang en --format json "2024-03-04T12:00 correct by desk key=1 open_fee=20 CNY reason=misread"
