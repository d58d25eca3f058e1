# next and explain let events and time happen to a copy of the store, and tell what does not come in.
pack=$PWD/../../../../rules/it_support/help_desk
cd "$(mktemp -d)"
"$AFTERCARE_BIN/aftercare" run "$pack" --store cases.db "2024-03-04T09:00 opened by agent number=7" --lang en
sum=$(cksum < cases.db)
"$AFTERCARE_BIN/aftercare" next "$pack" --store cases.db --event "2024-03-04T10:00 takn by agent number=7" --until 2024-03-20T09:00 --lang en 2>&1
"$AFTERCARE_BIN/aftercare" explain "$pack" --store cases.db --until 2024-03-20T09:00 --lang en
"$AFTERCARE_BIN/aftercare" explain "$pack" --store cases.db --lang en
test "$sum" = "$(cksum < cases.db)" && echo "the store is as it was"
: > empty.db
"$AFTERCARE_BIN/aftercare" next "$pack" --store empty.db --lang en 2>&1; echo "exit $?"
wc -c < empty.db | tr -d ' '
