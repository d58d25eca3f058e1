# The total of an empty list of money is money, and a cell of a table may ask another table or a calendar.
cd "$(mktemp -d)"
cat > pack.yaml <<END
aftercare: 1
pack: t1
source: T-01
timezone: Asia/Shanghai
currency: CNY
roles: {clerk: c}
procedure p:
  key: number
  case: {number: string, days: number}
  facts:
    opened: {opens: open, by: clerk, gives: [number, days]}
    charged: {by: clerk, with: {parts: list of money, counts: list of number}}
  requests:
    start_work: {by: clerk}
  states:
    open: {when: {start_work: over}}
    over: final
table level:
  inputs: {days: number}
  output: {level: number}
  rows: |
    | days || level |
    | < 3  || 1     |
    | >= 3 || 2     |
table fee:
  inputs: {days: number, when_asked: instant}
  output: {fee: number}
  rows: |
    | days   | when_asked || fee                                  |
    | < 5    | -          || 7                                    |
    | [5..9] | -          || level(days) * 100                    |
    | > 9    | -          || if open(w, when_asked) then 1 else 2 |
articles:
  C01:
    text: x
    calendar w: {weekly: {mon-fri: "09:00-17:00"}}
    needs p.start_work:
      at most 500: charged != null and total(charged.parts) <= 500 CNY
      counts: charged != null and total(charged.counts) <= 5
      fee: fee(days, at) = 200
END
cat > stories.yaml <<END
stories:
  sums of nothing and tables that ask tables:
    day: <day>
    when:
      - 09:00 opened: {number: A1, days: <days>}
      - 10:00 charged: {parts: <parts>, counts: []}
      - <at> start_work
    then: {state: <state>, refused: <refused>}
    table: |
      | day        | days | parts               | at    || state | refused       |
      | 2026-03-02 | 6    | []                  | 11:00 || over  | none          |
      | 2026-03-02 | 6    | [100 CNY, 400 CNY]  | 11:00 || over  | none          |
      | 2026-03-02 | 6    | [100 CNY, 400.01 CNY] | 11:00 || open  | at most 500 |
      | 2026-03-02 | 2    | []                  | 11:00 || open  | fee           |
      | 2026-03-02 | 12   | []                  | 11:00 || open  | fee           |
END
"$AFTERCARE_BIN/aftercare" test . --lang en
