# What brings a version into force is said of the first that waits for it; an entry made by hand goes to the version of its day, in one ledger.
cd "$(mktemp -d)"
mkdir v1 v2
head_of() {
  cat <<END
aftercare: 1
pack: measures
source: T-14
version: $1
effective: {from: $2, cites: C01}
timezone: Asia/Shanghai
currency: CNY
roles: {manager: Manager, clerk: Clerk}
adoption: {approved_by: manager, then: published, cites: C01}
procedure request:
  key: number
  case: {number: string}
  facts:
    asked: {opens: open, by: clerk, gives: [number]}
    done:  {by: clerk}
  states:
    open: {when: {done: over}}
    over: final
articles:
  C01:
    text: In force once approved and published.
  C02:
    text: Waste is noted.
    ledger waste:
      subject: who
      on: day
      fields: {day: date, kilos: number}
      entered_by: clerk
END
}
head_of 1 2024-01-01 > v1/pack.yaml
head_of 2 2024-07-01 > v2/pack.yaml
"$AFTERCARE_BIN/aftercare" run . --lang en \
  "2024-01-02T08:00 asked by clerk number=A0" \
  "2024-01-02T09:00 measures.approved by manager" "2024-01-02T10:00 measures.published by manager" \
  "2024-01-03T09:00 asked by clerk number=A1" "2024-01-03T10:00 waste by clerk who=li day=2024-01-03 kilos=1" \
  "2024-06-01T09:00 measures.approved by manager" \
  "2024-07-01T09:00 asked by clerk number=A2" "2024-07-01T10:00 waste by clerk who=li day=2024-07-01 kilos=1" \
  "2024-07-02T10:00 measures.published by manager" "2024-07-02T11:00 measures.published by manager" \
  "2024-07-03T09:00 asked by clerk number=A2" "2024-07-03T10:00 waste by clerk who=li day=2024-07-03 kilos=1"
true
