# A limit that a pause does not move comes while the clock is paused: live, in a log, and for whoever waits for the next limit.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: standing
source: T-18
timezone: Asia/Shanghai
roles: {clerk: Clerk}
procedure order:
  key: number
  case: {number: string, promised_on: date, exact_at: instant}
  facts:
    ordered:   {opens: open, by: clerk, gives: [number, promised_on, exact_at]}
    held:      {by: clerk}
    freed:     {by: clerk}
    delivered: {by: clerk}
    closed:    {by: clerk}
  states:
    open: {when: {closed: over}}
    over: final
articles:
  C01:
    text: By the day agreed upon.
    clock order.agreed: {start: ordered, stop: delivered, pause: held, resume: freed, by: promised_on, cancel: closed}
    clock order.to_the_hour: {start: ordered, stop: delivered, pause: held, resume: freed, by: exact_at, cancel: closed}
  C02:
    text: By that day, which moves on by the days on which it was held up.
    clock order.moved: {start: ordered, stop: delivered, pause: held, resume: freed, by: promised_on, pause_counts: touched_days, cancel: closed}
  C03:
    text: Within three days.
    clock order.none_out: {start: ordered, stop: delivered, pause: held, resume: freed, within: 3d, pause_counts: none, late_entry: 48h, cancel: closed}
    clock order.whole_out: {start: ordered, stop: delivered, pause: held, resume: freed, within: 3d, pause_counts: whole_days, cancel: closed}
    clock order.touched_out: {start: ordered, stop: delivered, pause: held, resume: freed, within: 3d, pause_counts: touched_days, cancel: closed}
END
cat > stories.yaml <<'END'
given:
  day: 2024-03-04                        # a Monday
  ordered: {number: A1, promised_on: 2024-03-07, exact_at: 2024-03-07T15:00+08:00}
stories:
  held on the last day and never freed:
    proves: C01
    when:
      - 09:00 ordered
      - +3d 10:00 held
      - +4d 09:00 nothing more
    then: {clocks: {agreed: breached, to_the_hour: breached, moved: paused, none_out: breached, whole_out: breached, touched_out: paused}}
  to the last instant:
    when:
      - 09:00 ordered
      - +3d 10:00 held
      - <when> nothing more
    then: {clocks: {agreed: <agreed>, to_the_hour: <exact>, whole_out: <agreed>}}
    table: |
      | when         || exact    | agreed   |
      | +3d 15:00    || paused   | paused   |
      | +3d 15:00:01 || breached | paused   |
      | +3d 23:59:59 || breached | paused   |
      | +4d 00:00    || breached | breached |
  held for a whole day before it:
    proves: C02
    when:
      - 09:00 ordered
      - +2d 10:00 held
      - +4d 09:00 nothing more
    then: {clocks: {agreed: breached, moved: paused, none_out: breached, whole_out: paused, touched_out: paused}}
  freed again:
    proves: C03
    when:
      - 09:00 ordered
      - +2d 10:00 held
      - +4d 10:00 freed
    then:
      clocks: {agreed: breached, moved: running, none_out: breached, whole_out: running, touched_out: running}
      due: {moved: 2024-03-10T23:59:59.999999+08:00, whole_out: 2024-03-08T23:59:59.999999+08:00, touched_out: 2024-03-10T23:59:59.999999+08:00}
  done in time while it waits:
    when:
      - 09:00 ordered
      - +2d 10:00 held
      - +3d 09:00 delivered
      - +6d 09:00 nothing more
    then: {clocks: {agreed: met, to_the_hour: met, moved: met, none_out: met, whole_out: met, touched_out: met}}
  a pause told late lifts no breach that it would not have prevented:
    when:
      - 09:00 ordered
      - +4d 09:00 held: {at: 2024-03-07T10:00}
      - +5d 09:00 nothing more
    then: {clocks: {none_out: breached, agreed: breached}}
  what was done in time and told late:
    when:
      - 09:00 ordered
      - +3d 10:00 held
      - +4d 09:00 delivered: {at: 2024-03-07T11:00}
      - +5d 09:00 nothing more
    then: {clocks: {none_out: met, agreed: breached}}
END
"$AFTERCARE_BIN/aftercare" test . --lang en
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "2024-03-04T09:00 ordered by clerk number=1 promised_on=2024-03-07 exact_at=2024-03-07T15:00" "2024-03-07T10:00 held by clerk key=1" --until 2024-03-10T00:00
"$AFTERCARE_BIN/aftercare" run . --store cases.db --lang zh "2024-03-10T10:00 freed by clerk key=1"
cat > order.csv <<'END'
case,event,at,role,promised_on,exact_at
1,ordered,2024-03-04T09:00,clerk,2024-03-07,2024-03-07T15:00
1,held,2024-03-07T10:00,clerk,,
2,ordered,2024-03-04T09:00,clerk,2024-03-20,2024-03-20T15:00
2,delivered,2024-03-12T09:00,clerk,,
END
"$AFTERCARE_BIN/aftercare" replay . --log order.csv --lang en
