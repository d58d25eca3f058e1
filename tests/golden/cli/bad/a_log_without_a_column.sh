# A log with the plain columns, one of them misspelt.
pack=$(cd ../../stories/pack && pwd)/pack.yaml
cd "$(mktemp -d)"
printf 'case,event,time,role,person\nA1,called,2024-03-04T09:00,clerk,\n' > log.csv
printf 'aftercare: 1\noverlay: here\nparameters: {highest_fee: 200 CNY}\n' > here.yaml
for lang in en zh; do
  "$AFTERCARE_BIN/aftercare" replay "$pack" --overlay here.yaml --log log.csv --lang $lang 2>&1
done
exit 1
