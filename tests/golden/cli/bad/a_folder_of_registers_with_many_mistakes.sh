# What is wrong with one row or one file hides nothing of the others, and nothing follows from it.
rm -rf staff && mkdir staff
cat > staff/employee.csv <<'END'
id,post,store,superior
li,clerk,east,zhao
zhao,store_manager,east,
sun,clerk,north,
wu,clerk
END
printf 'id,city\neast,Tianjin\n' > staff/store.csv
printf 'id,stand_in,valid_from,valid_until\nlee,zhao,,\nli,wu,2026-03-05,2026-03-01\nwu,wo,,\n' > staff/absence.csv
printf 'name,to\nzhoa,li\n' > staff/delegation.csv
cat > staff/pack.yaml <<'END'
aftercare: 1
pack: leave_of_absence
source: T-11
timezone: Asia/Shanghai
roles: {staff: 员工, store_manager: 店长}
types:
  Post: clerk | store_manager
registers:
  employee:   {post: Post, store: store, superior: optional employee}
  store:      {city: string}
  absence:    {stand_in: optional employee}
  delegation: {to: employee}
role store_manager:
  of: employee
  if: post = store_manager
  unit: store
  superior: superior
  absent: absence
  stand_in: absence.stand_in
  delegate: delegation.to
procedure leave:
  unit: applicant.store
  key: number
  case: {number: string, applicant: employee}
  requests:
    asked: {opens: asking, by: applicant, gives: [number, applicant]}
  states:
    asking:
      decide: {by: store_manager, own_case: one_level_up, then: {approve: granted, reject: refused}, cites: C01}
    granted: final
    refused: final
articles:
  C01:
    text: 请假由店长批准。
    see: leave
END
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run staff/pack.yaml --registers staff --lang $lang "2026-03-02T09:00 asked number=L1 applicant=li"
done
printf 'id,to\nzhoa,li\n' > staff/delegation.csv
"$AFTERCARE_BIN/aftercare" run staff/pack.yaml --registers staff --lang en "2026-03-02T09:00 asked number=L1 applicant=li" 2>&1 | grep -A3 delegation.csv
rm staff/delegation.csv staff/absence.csv
# Files that are not there are told with what is wrong with the others.
"$AFTERCARE_BIN/aftercare" run staff/pack.yaml --registers staff --lang en "2026-03-02T09:00 asked number=L1 applicant=li"
rm staff/*.csv
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run staff/pack.yaml --registers staff --lang $lang "2026-03-02T09:00 asked number=L1 applicant=li"
  printf 'aftercare: 1\noverlay: acme\nregisters: {store: ., employee: people.csv}\n' > staff/acme.overlay.yaml
  "$AFTERCARE_BIN/aftercare" check staff/pack.yaml --no-stories --lang $lang --overlay staff/acme.overlay.yaml
done
code=$?; rm -rf staff; exit $((code > 0))
