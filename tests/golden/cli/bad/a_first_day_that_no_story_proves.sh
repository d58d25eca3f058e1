# The day from which a version is in force, and the day after the last, are limits like any other: moved by a day a story must notice.
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
roles: {clerk: Clerk}
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
    text: In force from the first day of the half-year on.
    clock request.answer: {start: asked, stop: done, within: ${3}h}
END
}
head_of 1 2024-01-01 2 > v1/pack.yaml
head_of 2 2024-07-01 3 > v2/pack.yaml
cat > stories.yaml <<END
stories:
  the first day of the second:
    proves: C01
    day: <day>
    when:
      - 09:00 asked: {number: A1}
    then: {due: {answer: <due>}}
    table: |
      | day        || due                    |
      | 2024-06-30 || 2024-06-30T11:00+08:00 |
      | 2024-07-01 || 2024-07-01T12:00+08:00 |
  what is answered is over:
    proves: C01
    day: 2024-07-01
    when:
      - 09:00 asked: {number: A1}
      - 10:00 done
    then: {state: over}
END
"$AFTERCARE_BIN/aftercare" mutate . --lang en | grep -A3 -E "effective|mutants"
"$AFTERCARE_BIN/aftercare" mutate . --lang zh | grep -E "施行"
exit 1
