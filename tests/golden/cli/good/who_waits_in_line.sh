# Who waits in line, the place of a case beside what would take it, and why one was taken out of its turn.
pack=../../worklists/pack/pack.yaml
store=$(mktemp -d)/cases.db
"$AFTERCARE_BIN/aftercare" run $pack --store $store \
  "2024-03-04T09:00 called by clerk number=A1 severity=cosmetic" \
  "2024-03-04T09:01 called by clerk number=A2 severity=stopped" \
  "2024-03-04T09:02 called by clerk number=A3 severity=stopped" \
  "2024-03-04T09:03 dispatch by supervisor zhang key=A3 technician=li" \
  "2024-03-04T09:04 dispatch by supervisor zhang key=A3 technician=li reason=on_his_way"
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" worklist $pack --store $store --lang $lang
  "$AFTERCARE_BIN/aftercare" next $pack --store $store --case A1 --role supervisor --lang $lang
  "$AFTERCARE_BIN/aftercare" explain $pack --store $store --case A3 --lang $lang
done
"$AFTERCARE_BIN/aftercare" worklist $pack --store $store --format json
"$AFTERCARE_BIN/aftercare" worklist $pack --store $store to_go_to --of li
"$AFTERCARE_BIN/aftercare" worklist $pack --store $store to_send_ut
"$AFTERCARE_BIN/aftercare" next $pack --store $store --case A1 --why-not "2024-03-04T10:00 dispatch by supervisor zhang technician=li"
printf 'case,event,at,role,person,reason,severity,technician\nB1,called,2024-03-04T09:00,clerk,,,stopped,\nB2,called,2024-03-04T09:01,clerk,,,stopped,\nB2,dispatch,2024-03-04T09:02,supervisor,zhang,,,li\nB2,sent_off,2024-03-04T09:03,supervisor,zhang,,,li\nB3,called,2024-03-04T09:04,clerk,,,stopped,\nB3,dispatch,2024-03-04T09:05,supervisor,zhang,next door,,li\n' > ${store}.csv
"$AFTERCARE_BIN/aftercare" replay $pack --log ${store}.csv --threads 2 --entries ${store}.entries > /dev/null
cat ${store}.entries
