# Days, months and working time come whole; of hours, minutes and seconds there are parts.
for expression in '0.5 * 1d' '1d / 2' '1.5 * 1w' '0.5 * 1mo' '1y / 2' '1.5 * 2wd' '1.5 * 2wh' '-1d * 0.5' 'max(1d, 12h) / 2' \
    '(if x > 2 then 1d else 12h) * 0.5' 'x * 1d'; do
  "$AFTERCARE_BIN/aftercare" eval "$expression" --strict --input '{"x": 3}' --lang en 2>&1 && exit 3
done
"$AFTERCARE_BIN/aftercare" eval '0.5 * 1d' --strict --lang zh 2>&1
for expression in '0.5 * 3h' '90min / 2' '1.5 * (if x > 2 then 36h else 12h)' '2 * 1d' '2.0 * 1y' '3 * 2wd' 'ceiling(x) * 1d'; do
  "$AFTERCARE_BIN/aftercare" eval "$expression" --strict --input '{"x": 3}' --lang en 2>&1 || exit 3
done
exit 1
