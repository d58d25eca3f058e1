# Two regions wait for something each: the clock stands as long as either does.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: two_holds
source: T-17
timezone: Asia/Shanghai
roles: {clerk: Clerk}
procedure repair:
  key: number
  case: {number: string}
  facts:
    asked:     {opens: work, by: clerk, gives: [number]}
    ordered:   {by: clerk}
    arrived:   {by: clerk}
    called:    {by: clerk}
    answered:  {by: clerk}
    begun:     {by: clerk}
    begun_anew: {by: clerk}
    hurried:   {by: clerk}
    done:      {by: clerk}
  states:
    work:
      when: {done: over}
      parallel:
        parts:
          states:
            none_wanted: {when: {ordered: wanted}}
            wanted:      {when: {arrived: none_wanted}}
        talk:
          states:
            quiet:       {when: {called: waiting}}
            waiting:     {when: {answered: quiet}}
    over: final
articles:
  C01:
    text: Eight hours, without the time in which parts or the customer are waited for.
    clock repair.promise: {start: asked, stop: done, pause: enter wanted or enter waiting, resume: leave wanted or leave waiting, within: 8h}
  C02:
    text: Eight hours from its beginning; what was waited for by then does not hold it, and who hurries lets it run on.
    clock repair.later: {start: begun, stop: done, restart: begun_anew, pause: enter wanted or enter waiting, resume: leave wanted or leave waiting or hurried, within: 8h, cancel: enter over}
END
cat > stories.yaml <<'END'
given:
  day: 2024-03-04
  asked: {number: A1}
stories:
  the clock stands as long as either is waited for:
    proves: C01
    when:
      - 09:00 asked
      - 10:00 ordered
      - 11:00 called
      - <one>
      - <other>
    then: {due: {promise: <due>}}
    table: |
      | one            | other          || due                    |
      | 12:00 arrived  | 14:00 answered || 2024-03-04T21:00+08:00 |
      | 12:00 answered | 14:00 arrived  || 2024-03-04T21:00+08:00 |
  at one instant both are over:
    when:
      - 09:00 asked
      - 10:00 ordered
      - 11:00 called
      - 13:00 arrived
      - 13:00 answered
      - 14:00 nothing more
    then: {due: {promise: 2024-03-04T20:00+08:00}}
  one is over, and comes again before the other is:
    when:
      - 09:00 asked
      - 10:00 ordered
      - 11:00 called
      - 12:00 arrived
      - 12:30 ordered
      - 13:00 answered
      - 15:00 arrived
      - 15:00 nothing more
    then: {due: {promise: 2024-03-04T22:00+08:00}}
  still waited for:
    when:
      - 09:00 asked
      - 10:00 ordered
      - 11:00 called
      - 12:00 arrived
    then: {clocks: {promise: paused}}
  what was waited for before it began does not hold it:
    proves: C02
    when:
      - 09:00 asked
      - 09:30 <before>
      - 10:00 begun
      - 11:00 <then>
      - 12:00 <over>
      - 13:00 nothing more
    then: {clocks: {later: running, promise: paused}, due: {later: 2024-03-04T19:00+08:00}}
    table: |
      | before  | then    | over     ||
      | ordered | called  | answered ||
      | called  | ordered | arrived  ||
  left and entered again it holds:
    when:
      - 09:00 asked
      - 09:30 ordered
      - 10:00 begun
      - 10:30 arrived
      - 11:00 ordered
      - 11:30 called
      - 12:00 answered
      - 14:00 arrived
      - 14:00 nothing more
    then: {clocks: {later: running}, due: {later: 2024-03-04T21:00+08:00}}
  begun anew it is held by what comes then:
    when:
      - 09:00 asked
      - 10:00 begun
      - 10:30 ordered
      - 11:00 begun_anew
      - 12:00 called
      - 13:00 answered
      - 14:00 nothing more
    then: {clocks: {later: running}, due: {later: 2024-03-04T20:00+08:00}}
  who hurries lets it run on, and it is held by what comes then alone:
    when:
      - 09:00 asked
      - 10:00 begun
      - 10:30 ordered
      - 11:00 hurried
      - 12:00 called
      - 13:00 answered
      - 14:00 nothing more
    then: {clocks: {later: running}, due: {later: 2024-03-04T19:30+08:00}}
  told late it is the same:
    when:
      - 09:00 asked
      - 09:30 ordered
      - 12:30 begun: {at: 2024-03-04T10:00}
      - 12:40 called: {at: 2024-03-04T11:00}
      - 12:50 answered
      - 13:00 nothing more
    then: {clocks: {later: running}, due: {later: 2024-03-04T19:50+08:00}}
END
"$AFTERCARE_BIN/aftercare" test . --lang en
