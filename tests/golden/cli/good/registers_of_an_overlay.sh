# An overlay says where the registers lie and what things are called, in either vocabulary; what the
# command line hands in stands in its place.
aftercare="$AFTERCARE_BIN/aftercare"
pack=../../procedures/pack/pack.yaml
rm -rf company && mkdir -p company/people
cp ../../procedures/registers/*.csv company/people
cat > company/acme.overlay.yaml <<'END'
aftercare: 1
overlay: acme
registers: {employee: people/employee.csv, store: people/store.csv}
roles: {technician: 维修师傅}
labels: {leave: 请假单}
END
"$aftercare" check $pack --overlay company/acme.overlay.yaml --no-stories --lang en 2>/dev/null
event="2024-03-04T09:00 leave.asked by technician li number=L1 applicant=li days=1"
"$aftercare" run $pack --overlay company/acme.overlay.yaml --lang en "$event"
"$aftercare" fmt --print --pack $pack --language zh company/acme.overlay.yaml > company/zh.overlay.yaml
cat company/zh.overlay.yaml
"$aftercare" fmt --print --pack $pack --language en company/zh.overlay.yaml
"$aftercare" run $pack --overlay company/zh.overlay.yaml --lang zh "$event"
printf 'case,event,at,role,person,applicant,days\nL1,leave.asked,2024-03-04T09:00,technician,li,li,1\n' > company/log.csv
"$aftercare" replay $pack --overlay company/acme.overlay.yaml --log company/log.csv --lang en | sed -n 4,5p
"$aftercare" replay $pack --overlay company/acme.overlay.yaml --log company/log.csv --lang en --store company/people/store.csv
"$aftercare" versions $pack --overlay company/acme.overlay.yaml --on 2024-03-04 --lang en | grep register
mkdir company/others
sed '/^li,/d' company/people/employee.csv > company/others/employee.csv
cp company/people/store.csv company/others
"$aftercare" run $pack --overlay company/acme.overlay.yaml --registers company/others --lang en "$event"
rm -rf company
