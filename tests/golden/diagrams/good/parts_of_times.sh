# Functions and parts of times are words of the reader's language; a field of that name keeps its own.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: times
source: T-19
timezone: Asia/Shanghai
roles: {clerk: Clerk}
procedure call:
  key: number
  case: {number: string, due_on: date, hour: number}
  facts:
    solved: {opens: open, by: clerk, gives: [number, due_on, hour]}
    closed: {by: clerk}
  states:
    open:
      when:
        closed:
          - {if: time(solved.at).hour >= 17 and due_on.weekday < 6, go: late}
          - {if: date(solved.at).month = 12 and hour > 3, go: late}
          - else: over
    late: final
    over: final
articles:
  C01:
    text: In time.
    clock call.reply: {start: solved, stop: closed, within: 8h}
    needs call.closed:
      in working hours: time(at).hour < 18
END
aftercare diagram . --as mermaid --lang "$1" | grep -- '-->'
aftercare run . --store cases.db --lang "$1" "2024-03-04T09:00 solved by clerk number=1 due_on=2024-03-05 hour=1" "2024-03-04T10:00 closed by clerk key=1"
