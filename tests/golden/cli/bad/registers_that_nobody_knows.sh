# A pack that reads registers, and none at hand.
"$AFTERCARE_BIN/aftercare" run ../../procedures/pack/pack.yaml --lang en "2024-03-04T09:00 leave.asked number=L1 applicant=li days=1"
