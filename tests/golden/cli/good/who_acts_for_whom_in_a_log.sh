# A log says for whom somebody acts; a register without rows is one on which nobody is, one without a file is missing; who is to
# stand in for himself stands in for nobody; an overlay's calendar that nothing asks for.
pack=$PWD/../../approvals/pack/pack.yaml
cd "$(mktemp -d)"
mkdir registers
cat > registers/employee.csv <<'END'
employee,valid_from,valid_until,post,store,superior
wang,2024-01-01,,clerk,s1,li
li,2024-01-01,,store_manager,s1,zhao
zhao,2024-01-01,,supervisor,s1,chen
wu,2024-01-01,,inspector,s1,chen
chen,2024-01-01,,director,s1,
END
printf 'store,valid_from,city\ns1,2024-01-01,Beijing\n' > registers/store.csv
printf 'absence,valid_from,valid_until,stand_in\nzhao,2024-03-04,2024-03-05,li\n' > registers/absence.csv
cat > log.csv <<'END'
case,event,at,role,person,on_behalf_of,employee,days,first_day
1,asked,2024-03-04T09:00,staff,wang,,wang,3,2024-03-08
1,leave.approve,2024-03-04T10:00,supervisor,li,,,,
1,leave.approve,2024-03-04T10:01,supervisor,li,zhao,,,
END
"$AFTERCARE_BIN/aftercare" replay "$pack" --registers registers --log log.csv --store kept.db --lang en > told.txt 2>&1
"$AFTERCARE_BIN/aftercare" explain "$pack" --registers registers --store kept.db --case 1 --lang en 2>&1
printf 'absence,valid_from,valid_until,stand_in\n' > registers/absence.csv
set -- --registers registers --lang en "2024-03-04T09:00 asked by staff wang number=1 employee=wang days=3 first_day=2024-03-08"
"$AFTERCARE_BIN/aftercare" run "$pack" "$@" "2024-03-04T10:00 approve by supervisor zhao" 2>&1
printf 'absence,valid_from,valid_until,stand_in\nzhao,2024-03-04,2024-03-05,zhao\n' > registers/absence.csv
"$AFTERCARE_BIN/aftercare" run "$pack" "$@" 2>&1
echo "exit $?"
rm registers/absence.csv
"$AFTERCARE_BIN/aftercare" run "$pack" "$@" 2>&1 | sed "s|$pack|pack.yaml|"
printf 'aftercare: 1\noverlay: acme\ncalendars: {office: {weekly: {mon-fri: "09:00-17:00"}}}\n' > acme.overlay.yaml
"$AFTERCARE_BIN/aftercare" check "$pack" --overlay acme.overlay.yaml --lang en 2>&1 | grep -v AC0942
