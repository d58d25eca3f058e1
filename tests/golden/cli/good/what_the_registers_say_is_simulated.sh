# Who is on the registers applies and decides; no other names come up, and everything replays.
rm -rf staff && mkdir staff
cat > staff/employee.csv <<'END'
id,post,store,superior
li,clerk,east,zhao
zhao,store_manager,east,qi
wang,store_manager,west,qi
qi,store_manager,head,
END
printf 'id,city\neast,Tianjin\nwest,Beijing\nhead,Tianjin\n' > staff/store.csv
cat > staff/pack.yaml <<'END'
aftercare: 1
pack: leave_of_absence
source: T-11
timezone: Asia/Shanghai
roles: {store_manager: 店长}
types:
  Post: clerk | store_manager
registers:
  employee: {post: Post, store: store, superior: optional employee}
  store:    {city: string}
role store_manager: {of: employee, if: post = store_manager, unit: store, superior: superior}
procedure leave:
  unit: applicant.store
  key: number
  case: {number: string, applicant: employee, days: number}
  requests:
    asked: {opens: asking, by: applicant, gives: [number, applicant, days]}
  facts:
    noted: {by: store_manager}
  states:
    asking:
      decide: {by: store_manager, own_case: one_level_up, then: {approve: granted, reject: refused}, cites: C01}
    granted: {when: {noted: kept}}
    kept: final
    refused: final
articles:
  C01:
    text: 请假由店长批准。
    see: leave
END
"$AFTERCARE_BIN/aftercare" simulate staff/pack.yaml --registers staff --cases 12 --seed 3 --lang en
"$AFTERCARE_BIN/aftercare" simulate staff/pack.yaml --registers staff --cases 200 --seed 3 -o simulated.csv --lang en
"$AFTERCARE_BIN/aftercare" replay staff/pack.yaml --log simulated.csv --registers staff --lang en 2>&1 | head -12
# Without them it is told that they are missing.
"$AFTERCARE_BIN/aftercare" simulate staff/pack.yaml --cases 2 --lang en
code=$?; rm -rf staff simulated.csv; test $code = 1
