# What is missing makes a condition open only where it matters, numbers too: all their values are looked at, not some.
cd "$(mktemp -d)"
asks() {
  cat > pack.yaml <<END
aftercare: 1
pack: q
source: Q-01
timezone: Asia/Shanghai
currency: CNY
roles: {customer: 用户, station: 网点}
procedure service:
  key: number
  case:
    number: string
    bought: optional date
    n: optional number
    known: optional boolean
  facts:
    requested: {opens: open_case, by: customer, gives: [number, optional bought, optional n, optional known]}
  requests:
    probe: {by: station}
  states:
    open_case:
      when: {probe: done}
    done: final
articles:
  C01:
    text: 一年
    entitlement service.warranty:
      on: requested.at
      terms:
        unit:
          from: bought
          lasts: 1y
          while: {either: $1}
    needs service.probe:
      answer: warranty.answer = covered
END
  "$AFTERCARE_BIN/aftercare" test pack.yaml --stories stories.yaml --lang en
  for given in "known=true" "n=2" "n=2 known=false" "known=false"; do
    "$AFTERCARE_BIN/aftercare" next pack.yaml --event "2026-03-02T09:00 requested by customer number=A1 bought=2026-01-01 $given" --why-not "probe by station key=A1" --lang en
  done
}
cat > stories.yaml <<END
stories:
  what decides is told:
    day: 2026-03-02
    when:
      - 09:00 requested: {number: A1, bought: 2026-01-01, n: <n>, known: <known>}
      - 10:00 probe
    then: {state: <state>, refused: <refused>}
    table: |
      | n    | known || state     | refused |
      | null | true  || done      | none    |
      | 4    | null  || done      | none    |
      | 4    | false || done      | none    |
      | 2    | null  || open_case | answer |
      | null | false || open_case | answer |
      | null | null  || open_case | answer |
      | 2    | false || open_case | answer  |
END
asks "n > 3 or known = true"
asks "if n > 3 then true else known = true"
