# A duty goes on under the version in force at the end of its period, in numbers of its own; a case that another has opened comes under the version of that one, whatever the day.
cd "$(mktemp -d)"
mkdir v1 v2
head_of() {
  cat <<END
aftercare: 1
pack: desk
source: T-13
version: $1
effective: {from: $2}
timezone: Asia/Shanghai
currency: CNY
roles: {clerk: Clerk}
procedure call:
  key: number
  case: {number: string}
  facts:
    opened: {opens: open, by: clerk, gives: [number]}
    asked:  {by: clerk}
    closed: {by: clerk}
  states:
    open: {when: {asked: stay, closed: over}}
    over: final
procedure wish:
  key: wish_no
  case: {wish_no: string}
  facts:
    noted: {opens: open, by: clerk, gives: [wish_no]}
    done:  {by: clerk}
  states:
    open: {when: {done: over, called_off: over}}
    over: final
articles:
  C01:
    text: A summary is written each month; whoever has none pays.
    duty summary: {by: clerk, every: month, due: on its last day}
    offence summary.missed: {when: due breached, who: clerk, fine: $3 CNY}
  C02:
    text: A wish is done within days.
    child call.wishes: {of: wish, when: asked}
    clock wish.doing: {start: noted, stop: done, cancel: enter over, within: $4d}
END
}
head_of 1 2024-01-01 1 2 > v1/pack.yaml
head_of 2 2024-03-15 2 9 > v2/pack.yaml
play() { "$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "$@" 2>&1; }
play "2024-02-20T09:00 opened by clerk number=A" --until 2024-03-14T09:00 | grep -v "^ "
play "2024-03-20T09:00 asked by clerk key=A" --until 2024-03-31T09:00
play --until 2024-05-02T09:00 | grep -v "^ "
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --lang en | grep -A3 "version"
cat > log.csv <<'END'
case,event,at,role,number
A,opened,2024-02-20T09:00:00,clerk,A
A,asked,2024-03-20T09:00:00,clerk,
A,closed,2024-05-02T09:00:00,clerk,
END
"$AFTERCARE_BIN/aftercare" replay . --log log.csv --lang en 2>&1 | head -34
