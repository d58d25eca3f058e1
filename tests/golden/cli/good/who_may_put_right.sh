# Where a procedure names nobody, a fact is put right by who may report it, and a deed is taken back by who may do it.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: sales
source: T-11
timezone: Asia/Shanghai
currency: CNY
roles: {clerk: 店员, customer: 顾客}
procedure sale:
  key: number
  case: {number: string, customer: customer, price: money 0..10000}
  facts:
    sold:    {opens: open, by: clerk, gives: [number, customer, price]}
    rated:   {by: customer, with: {mark: whole number 1..5}}
    closed:  {by: clerk}
  states:
    open: {when: {rated: stay, closed: over}}
    over: final
END
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run . --lang $lang 2>/dev/null \
    "2024-03-04T09:00 sold by clerk li number=A1 customer=wang price=500 CNY" \
    "2024-03-04T10:00 rated by customer wang mark=4" \
    "2024-03-04T10:01 rated by customer wang mark=6" \
    "2024-03-04T10:02 rated by customer wang mark=4.5" \
    "2024-03-04T11:00 correct by customer wang key=A1 price=5000 CNY reason=so it was" \
    "2024-03-04T11:01 correct by clerk li key=A1 rated.mark=5 reason=so it was" \
    "2024-03-04T11:02 correct by customer wang key=A1 rated.mark=5 reason=so it was" \
    "2024-03-04T11:03 correct by clerk li key=A1 price=10000.01 reason=so it was" \
    "2024-03-04T11:04 correct by clerk li key=A1 price=400 CNY reason=so it was" \
    "2024-03-04T11:05 retract by customer wang key=A1 fact=correct reason=it was not so" \
    "2024-03-04T11:06 retract by clerk li key=A1 fact=correct reason=it was not so"
done
true
