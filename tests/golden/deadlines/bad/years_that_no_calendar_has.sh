for from in 1000-01-01 1890-06-01T09:00 2300-01-01; do
  for length in 8wh 2wd; do
    "$AFTERCARE_BIN/aftercare" deadline --calendar china_office --from $from --within $length --lang en
  done
done
exit 1
