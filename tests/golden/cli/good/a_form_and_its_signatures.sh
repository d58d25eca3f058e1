# A form that is changed and signed: what may come next, and why it went as it did; kept in a store, and replayed from a log.
pack=$PWD/../../forms/pack/pack.yaml
cd "$(mktemp -d)"
quote='"fee": "100 CNY", "urgent": false, "lines": [{"part": "pump", "quantity": 1, "price": "80 CNY"}]'
cat > events.jsonl <<END
{"at": "2024-03-04T09:00", "event": "reported", "by": "clerk", "data": {"number": "R1"}}
{"at": "2024-03-04T09:10", "event": "quote_price", "key": "R1", "by": "clerk", "data": {$quote}}
{"at": "2024-03-04T09:15", "event": "accept", "key": "R1", "by": "customer"}
{"at": "2024-03-04T09:20", "event": "accept", "key": "R1", "by": "technician"}
{"at": "2024-03-04T09:30", "event": "change_quote", "key": "R1", "by": "clerk", "data": {"fee": "120 CNY"}}
{"at": "2024-03-04T09:40", "event": "order_parts", "key": "R1", "by": "clerk"}
{"at": "2024-03-04T09:55", "event": "handed_over", "key": "R1", "by": "technician", "data": {"tested": true}}
{"at": "2024-03-04T09:56", "event": "job_sheet_put_right", "key": "R1", "by": "technician", "data": {"minutes": 30, "signed": ["technician"], "refused": ["customer"]}}
END
"$AFTERCARE_BIN/aftercare" run "$pack" --lang en --store cases.db --events events.jsonl 2>&1
"$AFTERCARE_BIN/aftercare" next "$pack" --lang en --store cases.db --role technician 2>&1
"$AFTERCARE_BIN/aftercare" next "$pack" --lang zh --store cases.db --role technician 2>&1
"$AFTERCARE_BIN/aftercare" next "$pack" --lang en --store cases.db --role technician --format json 2>&1 | grep -E '"accept"|job_sheet_signed'
"$AFTERCARE_BIN/aftercare" explain "$pack" --lang zh --store cases.db 2>&1 | grep -E '签字|作废|第|缺少|拒签'
# What is asked takes the forms as they stand, and says what they lack.
first='2024-03-04T09:00 reported by clerk number=R2'
for language in en zh; do
  "$AFTERCARE_BIN/aftercare" next "$pack" --lang $language --event "$first" --ask "2024-03-04T11:00 order_parts by clerk" 2>&1
done
"$AFTERCARE_BIN/aftercare" next "$pack" --lang en --store cases.db --ask "2024-03-04T11:00 order_parts by clerk key=R1" 2>&1
"$AFTERCARE_BIN/aftercare" next "$pack" --lang en --store cases.db --ask "2024-03-04T11:00 order_parts by clerk key=R1" --format json 2>&1
cat > log.csv <<'END'
at,case,event,role,number,fee,urgent,lines,signed,refused,tested,minutes
2024-03-04T09:00,R1,reported,clerk,R1,,,,,,,
2024-03-04T09:10,R1,quote_price,clerk,,100 CNY,false,"[{part: pump, quantity: 1, price: 80 CNY}]",,,,
2024-03-04T09:20,R1,accept,customer,,,,,,,,
2024-03-04T09:30,R1,accept,technician,,,,,,,,
2024-03-04T09:40,R1,accept,technician,,,,,[customer],,,
2024-03-04T09:50,R1,order_parts,clerk,,,,,,,,
2024-03-04T10:00,R1,handed_over,technician,,,,,[technician],[customer],true,70
2024-03-04T10:10,R1,finished,technician,,,,,,,,
END
"$AFTERCARE_BIN/aftercare" replay "$pack" --log log.csv --lang en 2>&1
