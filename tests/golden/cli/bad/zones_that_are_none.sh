# What a machine keeps beside its time zones names none, and an offset is no name.
for zone in localtime posixrules Factory Z +08:00 posix/Asia/Shanghai right/Asia/Shanghai; do
  "$AFTERCARE_BIN/aftercare" eval "@\"2020-01-01T00:00:00@$zone\"" --lang en
  "$AFTERCARE_BIN/aftercare" eval "date and time(\"2020-01-01T00:00:00@$zone\")" --lang en
  "$AFTERCARE_BIN/aftercare" eval 'now()' --now "2020-01-01T00:00:00@$zone" --lang en
done 2>&1
"$AFTERCARE_BIN/aftercare" eval '1' --zone localtime --lang en 2>&1
exit 1
