# A right is used with a reason. Not to have stated one hides nothing of what else is in the way.
rm -rf shop && mkdir shop
cat > shop/pack.yaml <<'END'
aftercare: 1
pack: shop
source: T-11
timezone: Asia/Shanghai
roles: {desk: 前台, manager: 店长}
procedure repair:
  key: number
  case: {number: string, days: number, urgent: boolean}
  facts:
    reported: {opens: waiting, by: desk, gives: [number, days, urgent]}
    over: {by: desk}
  states:
    waiting: {when: {over: done}}
    done: final
articles:
  C01:
    text: 急件超过三天的,店长可以查看。
    right repair.look: {who: manager, if: days > 3 and urgent}
END
ask() {
  for lang in en zh; do
    "$AFTERCARE_BIN/aftercare" next shop --lang $lang \
      --event "2026-03-02T09:00 reported by desk number=A $1" "$2" "$3"
  done
}
ask "days=5 urgent=true" --why-not "look by manager"
ask "days=2 urgent=true" --why-not "look by manager"
ask "days=2 urgent=true" --why-not "look by manager reason=complaint"
ask "days=5 urgent=true" --why-not "look by desk"
ask "days=5 urgent=true" --ask "look by manager"
"$AFTERCARE_BIN/aftercare" next shop --format json --lang en \
  --event "2026-03-02T09:00 reported by desk number=A days=5 urgent=true" --why-not "look by manager"
rm -rf shop
