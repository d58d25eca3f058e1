# Registers that no pack declares, files that are not there, columns that are missing or strange, a
# file without the table, registers that the overlay leaves out, a label that names nothing.
aftercare="$AFTERCARE_BIN/aftercare"
pack=../../procedures/pack/pack.yaml
rm -rf company && mkdir company
printf 'id,city\neast,Tianjin\n' > company/store.csv
printf 'id,city,colour\neast,Tianjin,red\n' > company/coloured.csv
printf 'id,post,stroe,superior,day_wage\nli,worker,east,,200 CNY\n' > company/employee.csv
"$aftercare" run ../../worklists/pack --store company/cases.db "2024-03-04T09:00 nothing" > company/out 2>&1
"$aftercare" run $pack --registers company/nowhere --lang en "2024-03-04T09:00 leave.asked number=L1 applicant=li days=1"
overlay() {
  printf 'aftercare: 1\noverlay: acme\n' > company/acme.overlay.yaml
  cat >> company/acme.overlay.yaml
  for lang in en zh; do "$aftercare" check $pack --no-stories --overlay company/acme.overlay.yaml --lang $lang; done
}
overlay <<'END'
registers: {employees: employee.csv, store: stores.csv}
labels: {leav: 请假单}
END
overlay <<'END'
registers: {employee: employee.csv, store: coloured.csv}
END
overlay <<'END'
registers: {store: cases.db}
END
overlay <<'END'
registers: {store: [store.csv], employee: {li: worker}}
END
printf 'aftercare: 1\noverlay: acme\nregisters: {store: store.csv}\n' > company/acme.overlay.yaml
"$aftercare" check $pack --no-stories --overlay company/acme.overlay.yaml --lang en > company/out 2>&1 || cat company/out
for lang in en zh; do
  "$aftercare" run $pack --overlay company/acme.overlay.yaml --lang $lang "2024-03-04T09:00 leave.asked number=L1 applicant=li days=1"
done
code=$?; rm -rf company; exit $code
