# Who decides in a chain, by registers in files: out of turn, absent, his stand-in, and the last word.
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
set -- --registers registers --lang en
asked="2024-03-04T09:00 asked by staff wang number=1 employee=wang days=3 first_day=2024-03-08"
"$AFTERCARE_BIN/aftercare" run "$pack" "$@" "$asked" "2024-03-04T10:00 approve by director chen" "2024-03-04T10:01 approve by supervisor zhao" \
  "2024-03-04T10:02 approve by supervisor li for zhao" "2024-03-04T10:03 approve by director chen" 2>&1
"$AFTERCARE_BIN/aftercare" next "$pack" "$@" --event "$asked" --event "2024-03-04T10:02 approve by supervisor li for zhao" 2>&1
# The same with a misspelt column, and with a day that does not exist.
sed -i 's/valid_from/valid_form/' registers/employee.csv
"$AFTERCARE_BIN/aftercare" run "$pack" "$@" "$asked" 2>&1
echo "exit $?"
sed -i 's/valid_form/valid_from/; s/zhao,2024-01-01/zhao,2024-13-01/' registers/employee.csv
"$AFTERCARE_BIN/aftercare" run "$pack" "$@" "$asked" 2>&1
echo "exit $?"
