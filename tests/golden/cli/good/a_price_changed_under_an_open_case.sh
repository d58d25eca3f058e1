# A price changed under an open case: what was read stays as it was read, also where the case is put right; what is read later is the price of then.
cd "$(mktemp -d)"
cp "$OLDPWD/../job_head.yaml" pack.yaml
sed -i 's/^roles:/registers: {part: {price: money}}\nroles:/' pack.yaml
cat >> pack.yaml <<'END'
  corrections: {by: desk}
  case: {number: string, part: part, price: money = part.price, note: string = "-"}
  facts:
    began: {opens: open, by: desk, gives: [number, part]}
    left:  {by: desk, with: {pieces: number 0..1000}}
  states:
    open: {when: {left: over}}
    over: final
articles:
  P1:
    text: Parts are paid at the price of the day.
    payment job.parts:
      when: left
      if: part.price > 0 CNY
      from: desk
      to: desk
      amount: round half up(amount(part.price) * left.pieces, 2) * 1 CNY
    payment job.agreed: {when: left, from: desk, to: desk, amount: price}
END
mkdir a b
printf 'id,price,valid_from,valid_until\nbelt,10 CNY,,\n' > a/part.csv
printf 'id,price,valid_from,valid_until\nbelt,10 CNY,,2024-03-31\nbelt,15 CNY,2024-04-01,\n' > b/part.csv
play() { "$AFTERCARE_BIN/aftercare" run . --store cases.db --lang en "$@"; }
play --registers a "2024-03-04T09:00 began by desk number=1 part=belt" "2024-03-04T09:00 began by desk number=2 part=belt" "2024-03-05T09:00 left by desk key=1 pieces=2"
echo "── the list of prices is changed ──"
play --registers b "2024-04-02T09:00 left by desk key=2 pieces=2" "2024-04-02T10:00 began by desk number=3 part=belt" "2024-04-03T09:00 correct by desk key=job/1 note=x"
"$AFTERCARE_BIN/aftercare" explain . --store cases.db --registers b --case job/1 --lang en
