# A fact is recorded with the signature that its form lacks; a signature out of its order is refused.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
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
form receipt:
  by: clerk
  fields: {price: money}
  signed_by: [customer, optional clerk]
procedure sale:
  key: number
  case: {number: string}
  facts:
    begun: {opens: open, by: clerk, gives: [number]}
    paid: {by: clerk, form: receipt}
  states:
    open: {when: {paid: done}}
    done: final
articles:
  P1:
    text: The customer signs the receipt.
    needs sale.paid:
      the clerk signs too: receipt.signed.clerk
END
for language in en zh; do
  "$AFTERCARE_BIN/aftercare" run . --lang $language \
    "2024-03-04T09:00 begun by clerk number=1" "2024-03-04T10:00 paid by clerk price=5 CNY" \
    "2024-03-04T10:01 paid by clerk price=5 CNY signed=[clerk]" "2024-03-04T10:02 paid by clerk price=5 CNY signed=[customer]" 2>&1
done
exit 1
