# Days that nobody has said yet: what is proposed for them lies about the event, not at the beginning of the calendar.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: shipments
source: S
version: 1
timezone: Asia/Shanghai
currency: CNY
roles: {desk: Desk, manager: Manager}
procedure claim:
  key: number
  case:
    number: string
    left: optional date
    came: optional date
  facts:
    received: {opens: open, by: desk, gives: [number, optional left, optional came]}
  requests:
    accept: {by: manager}
    ship:   {by: manager, with: {day: date}}
  states:
    open:
      when:
        accept: paid
        ship: paid
    paid: final
articles:
  C01:
    text: same day
    needs claim.accept:
      on the same day: left != null and came != null and left = came
  C02:
    text: in order
    needs claim.ship:
      in order: left != null and came != null and came >= left and came <= left + @"P10D" and ship.day > came
END
set -- pack.yaml --lang en --event "2024-03-04T09:00 received by desk number=1"
"$AFTERCARE_BIN/aftercare" next "$@" --why-not "2024-03-05T10:00 accept by manager"
"$AFTERCARE_BIN/aftercare" next "$@" --why-not "2024-03-05T10:00 ship by manager"
"$AFTERCARE_BIN/aftercare" next "$@" --why-not "2024-03-05T10:00 ship by manager day=2024-03-01"
