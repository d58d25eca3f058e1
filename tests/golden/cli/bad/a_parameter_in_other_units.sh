# A bound says of what kind the units of a parameter are: a day is not 24 hours, and half a day is no length.
cd "$(mktemp -d)"
for bound in 0min 0d; do
  cat > pack.yaml <<END
aftercare: 1
pack: sale
title: Sale
source: T-07
version: 1
effective: {from: 2024-01-01}
timezone: Asia/Shanghai
currency: CNY
conventions: cn
roles: {clerk: Clerk, customer: Customer}
procedure sale:
  key: number
  case: {number: string}
  facts:
    begun: {opens: open, by: clerk, gives: [number]}
    paid: {by: clerk}
  states:
    open: {when: {paid: done}}
    done: final
articles:
  P1:
    text: The customer pays soon.
    parameter reply_within: {is: duration, from: $bound}
    needs sale.paid:
      in half the time: paid.at <= begun.at + 0.5 * reply_within
END
  for value in 1d 24h 1wd; do
    "$AFTERCARE_BIN/aftercare" run . --set reply_within=$value --lang en \
      "2024-03-04T09:00 begun by clerk number=1" "2024-03-04T22:00 paid by clerk" 2>&1
    echo "exit $?"
  done
done
"$AFTERCARE_BIN/aftercare" run . --set reply_within=24h --lang zh 2>&1
exit 1
