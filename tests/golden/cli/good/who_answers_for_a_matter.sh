# Who answers for a matter, by role and by person, in two languages and as JSON; what the answer depends on.
pack=../../matters/pack/pack.yaml
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" responsible $pack --lang $lang
  "$AFTERCARE_BIN/aftercare" responsible $pack --lang $lang safety_of class=contractor
  "$AFTERCARE_BIN/aftercare" responsible $pack --lang $lang safety_of
  "$AFTERCARE_BIN/aftercare" responsible $pack --lang $lang safety_of class=visitor
  "$AFTERCARE_BIN/aftercare" responsible $pack --lang $lang closin
done
"$AFTERCARE_BIN/aftercare" responsible $pack --format json
"$AFTERCARE_BIN/aftercare" responsible $pack --format json safety_of class=after_sales
"$AFTERCARE_BIN/aftercare" next $pack --event "2024-03-04T09:00 reported by safety number=A1 class=labour"
