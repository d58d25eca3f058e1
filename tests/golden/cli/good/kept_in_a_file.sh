# What one call kept, the next one finds.
store=$(mktemp -d)
run() { "$AFTERCARE_BIN/aftercare" "$@" --set 'highest_fee=200 CNY' --store "$store/cases.db" --lang en; }
run run ../../stories/pack/pack.yaml "2024-03-04T09:00 called by clerk number=A1 technician=li"
run run ../../stories/pack/pack.yaml "2024-03-04T10:00 arrived by technician li key=A1"
run next ../../stories/pack/pack.yaml --case A1 --role clerk
run explain ../../stories/pack/pack.yaml --case A1 --quote
rm -r "$store"
