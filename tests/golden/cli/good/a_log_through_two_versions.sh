# Each row of a log by the version of its case; what neither version governs is a row that is not applied.
packs="$PWD/../../versions/pack"
cd "$(mktemp -d)"
cp -r "$packs"/* .
cat > log.csv <<'END'
case,event,at,role,person,number,technician,kind,bought_on,paid,who
A0,reported,2023-12-31T09:00:00,clerk,,A0,li,,,,
A1,reported,2024-06-30T09:00:00,clerk,,A1,li,,,,
A2,reported,2024-07-01T09:00:00,clerk,,A2,li,,,,
A1,explained,2024-07-01T10:00:00,technician,li,,,,,,
A2,explained,2024-07-01T10:00:00,technician,li,,,,,,
A1,fixed,2024-07-05T10:00:00,technician,li,,,long,,,
A2,fixed,2024-07-05T10:00:00,technician,li,,,quick,,,
B1,made,2024-07-09T10:00:00,clerk,,B1,,,2024-06-30,,
B1,settled,2024-07-10T10:00:00,clerk,,,,,,5 CNY,
B2,made,2024-07-09T10:00:00,clerk,,B2,,,2024-07-01,,
B2,settled,2024-07-10T10:00:00,clerk,,,,,,5 CNY,
B3,made,2024-07-09T10:00:00,clerk,,B3,,,2023-07-01,,
W,waste,2024-06-30T10:00:00,clerk,,,,,,,li
W,waste,2024-07-10T10:00:00,clerk,,,,,,,li
END
for threads in 1 2; do
  "$AFTERCARE_BIN/aftercare" replay . --log log.csv --threads $threads --lang en > $threads.txt 2>&1
done
cat 1.txt
cmp 1.txt 2.txt && echo "the same on two threads"
