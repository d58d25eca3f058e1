# Without --zone, the zone of the moment itself.
ask='string(now()) + " " + string(today())'
for now in 2020-01-01T02:00:00+08:00 2020-01-01T02:00:00@Asia/Shanghai 2019-12-31T18:00:00Z; do
  "$AFTERCARE_BIN/aftercare" eval "$ask" --now $now
done
"$AFTERCARE_BIN/aftercare" eval "$ask" --now 2020-01-01T02:00:00+08:00 --zone Europe/Paris
