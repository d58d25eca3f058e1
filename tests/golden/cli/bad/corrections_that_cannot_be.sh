# What is corrected is judged like what is reported: nothing happens after it is recorded, and who is on no register is nobody.
cd "$(mktemp -d)"
mkdir people
printf 'id,store\nli,east\nzhao,east\n' > people/employee.csv
cat > pack.yaml <<'END'
aftercare: 1
pack: visits
source: T-16
timezone: Asia/Shanghai
roles: {clerk: Clerk}
registers:
  employee: {store: string}
procedure visit:
  key: number
  case: {number: string, technician: employee}
  facts:
    asked: {opens: open, by: clerk, gives: [number, technician]}
    came:  {by: clerk}
  states:
    open: {when: {came: over}}
    over: final
articles:
  C01:
    text: Somebody of the store comes within two hours.
    clock visit.arrival: {start: asked, stop: came, within: 2h}
END
for language in en zh; do
  "$AFTERCARE_BIN/aftercare" run . --registers people --lang $language \
    "2026-03-02T10:00 asked by clerk number=A1 technician=li" "2026-03-02T11:00 came by clerk key=A1" \
    "2026-03-02T11:05 correct by clerk key=A1 came.at=2026-03-05T10:00" \
    "2026-03-02T11:06 correct by clerk key=A1 technician=ghost" \
    "2026-03-02T11:07 correct by clerk key=A1 technician=zhao"
done
exit 1
