# What stands in the way of an event, which other facts would let it in, and what is still to be asked for.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: claims
source: C
version: 1
timezone: Asia/Shanghai
currency: CNY
roles: {desk: Desk, manager: Manager}
types:
  Cause: wear | misuse | defect
procedure claim:
  key: number
  case:
    number: string
    bought: date
    amount: money
    cause:  optional Cause
  facts:
    received: {opens: open, by: desk, gives: [number, bought, amount]}
    examined: {by: desk, gives: [cause]}
  requests:
    accept:   {by: manager, with: {share: number}}
    withdraw: {by: desk}
  let:
    term_end: bought + @"P1Y"
  states:
    open:
      when:
        examined: stay
        withdraw: closed
        accept:
          - if: amount <= 100 CNY
            go: paid
          - if: amount > 100 CNY and accept.share <= 0.5
            go: paid
          - else: approving
    approving: {when: {withdraw: closed}}
    paid:      {when: {withdraw: closed}}
    closed:    final
articles:
  C01:
    text: within a year, defects only
    table is_paid:
      inputs: {cause: Cause, amount: money}
      output: {paid: boolean}
      rows: |
        | cause        | amount     || paid  |
        | defect       | -          || true  |
        | wear, misuse | <= 20 CNY  || true  |
        | wear, misuse | > 20 CNY   || false |
    needs claim.accept:
      the term runs: term_end >= @"2024-03-01"
      the cause is known: cause != null
      it is paid: cause != null and is_paid(cause, amount)
END
set -- pack.yaml --event "2024-03-04T09:00 received by desk number=1 bought=2023-02-20 amount=300 CNY"
for language in en zh; do
  "$AFTERCARE_BIN/aftercare" next "$@" --lang $language --why-not "accept by manager share=0.8"
  "$AFTERCARE_BIN/aftercare" next "$@" --lang $language --ask "accept by manager"
done
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --why-not "accept by manager share=0.8" --fixed bought
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --why-not "2024-03-05T09:00 accept by desk share=1"
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --why-not "accept by manager" --format json
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --ask "accept by manager" --format json
set -- "$@" --event "2024-03-04T10:00 examined by desk key=1 cause=wear"
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --ask "accept by manager"
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --why-not "withdraw by desk"
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --ask "received by desk number=2"
"$AFTERCARE_BIN/aftercare" next "$@" --lang en --why-not "accept by manager" --fixed bougt 2>&1
"$AFTERCARE_BIN/aftercare" next "$@" --lang zh --why-not "retract by manager fact=examined" 2>&1
true
