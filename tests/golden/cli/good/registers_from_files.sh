# Registers as CSV files; what a step read stands in its trace, in two languages.
pack="../../procedures/pack/pack.yaml --registers ../../procedures/registers"
"$AFTERCARE_BIN/aftercare" run $pack --lang en "2024-03-04T09:00 leave.asked by technician sun number=L1 applicant=sun days=1" \
  "2024-03-05T10:00 taken by technician sun"
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" explain $pack --lang $lang \
    --event "2024-03-04T09:00 leave.asked by technician li number=L1 applicant=li days=1" \
    --event "2024-03-04T10:00 taken by technician li"
done
