# Rows that overlap, cells that fit nothing, a superior who is nobody, a file without members.
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run ../../procedures/pack/pack.yaml --registers ../../procedures/broken --lang $lang "2024-03-04T09:00 leave.asked number=L1 applicant=li days=1"
done
rm -rf unfit && mkdir unfit
printf 'id,city\neast,Tianjin\n' > unfit/store.csv
printf 'id,phone\nx,1\n' > unfit/customer.csv
printf 'id,post,store,superior,day_wage\nli,worker,east,chen,200 CNY\nwang,boss,north,,\n' > unfit/employee.csv
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" run ../../procedures/pack/pack.yaml --registers unfit --lang $lang "2024-03-04T09:00 leave.asked number=L1 applicant=li days=1"
done
code=$?; rm -rf unfit; exit $code
