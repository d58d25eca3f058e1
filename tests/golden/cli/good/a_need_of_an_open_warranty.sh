# A condition about an entitlement that is still open says what is missing: when it is refused, when asked why not, and in the list of what may happen.
cd "$(mktemp -d)"
cat > pack.yaml <<'END'
aftercare: 1
pack: warranty
source: T-15
timezone: Asia/Shanghai
currency: CNY
roles: {clerk: Clerk}
procedure service:
  key: number
  case: {number: string, bought: optional date, misused: optional boolean}
  facts:
    came:     {opens: open, by: clerk, gives: [number]}
    shown:    {by: clerk, gives: [bought]}
    examined: {by: clerk, gives: [misused]}
  requests:
    repair: {by: clerk}
  states:
    open: {when: {shown: stay, examined: stay, repair: over}}
    over: final
articles:
  C01:
    text: A unit is repaired within a year of its purchase unless it was misused.
    entitlement service.guarantee:
      on: came.at
      from: bought
      lasts: 1y
      unless: {misuse: misused}
    let service.is_guaranteed: guarantee.answer = covered
    needs service.repair:
      under guarantee: is_guaranteed
END
cat > labels.zh.yaml <<'END'
guarantee: 保修
bought: 购买日期
misused: 使用不当
repair: 维修
under guarantee: 在保修期内
END
for language in en zh; do
  for more in "examined by clerk key=A1 misused=false" "shown by clerk key=A1 bought=2024-01-01" \
      "shown by clerk key=A1 bought=2022-01-01"; do
    "$AFTERCARE_BIN/aftercare" run . --lang $language "2024-03-04T09:00 came by clerk number=A1" "2024-03-04T09:01 $more" \
      "2024-03-04T09:02 repair by clerk key=A1" 2>/dev/null | grep -A3 "09:02"
  done
  "$AFTERCARE_BIN/aftercare" next . --lang $language --event "2024-03-04T09:00 came by clerk number=A1" \
    --why-not "repair by clerk" 2>/dev/null
  "$AFTERCARE_BIN/aftercare" next . --lang $language --event "2024-03-04T09:00 came by clerk number=A1" 2>/dev/null |
    grep -A2 -E "repair|维修"
done
true
