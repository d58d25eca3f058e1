# Two versions of a pack on a day: periods, logic, what their adoption waits for, and the values of the one in force; an overlay for one of them.
packs="$PWD/../../versions/pack"
cd "$(mktemp -d)"
cp -r "$packs"/* .
for v in 1 2; do
  printf '  C09:\n    text: A price.\n    parameter price: {is: money, default: 5 CNY}\n    payment claim.price: {when: made, if: price > 0 CNY, from: clerk, to: technician, amount: price}\n' >> v$v/pack.yaml
done
sed -i 's/^roles:/adoption: {approved_by: clerk, then: published, cites: C01}\nroles:/' v2/pack.yaml
cat > acme.overlay.yaml <<'END'
aftercare: 1
overlay: acme
for: repairs
version: 2
parameters: {price: 7 CNY}
END
hide() { sed -E 's/[0-9a-f]{64}/…/; s/(logic|逻辑) [0-9a-f]{12}/\1 …/'; }
for day in 2023-06-01 2024-06-30 2024-07-01; do
  "$AFTERCARE_BIN/aftercare" versions . --on $day --overlay acme.overlay.yaml | hide
done
"$AFTERCARE_BIN/aftercare" versions . --on 2024-07-01 --overlay acme.overlay.yaml --lang zh | hide
"$AFTERCARE_BIN/aftercare" versions . --on 2024-07-01 --format json | hide
one() { "$AFTERCARE_BIN/aftercare" versions $1 --on 2024-07-01 | grep -o 'logic [0-9a-f]*' | cut -c 7-18 | head -1; }
test "$(one v1)" = "$("$AFTERCARE_BIN/aftercare" versions . --on 2024-07-01 | grep 'version 1' | grep -o 'logic.*' | cut -d' ' -f2)" && echo "the first version is the one that it was alone"
