# Two packs with one number are told; which of them fills the hole that the other leaves is not known.
rm -rf tariff && mkdir -p tariff/a tariff/b tariff/c
pack() {
  cat > tariff/$1/pack.yaml <<END
aftercare: 1
pack: tariff
source: T-11
version: $2
effective: {$3}
timezone: Asia/Shanghai
roles: {desk: 前台}
procedure repair:
  cites: C01
  key: number
  case: {number: string}
  facts:
    reported: {opens: over, by: desk, gives: [number]}
  states:
    over: final
articles:
  C01: {text: 报修。, see: repair}
END
}
pack a 1 "from: 2026-01-01, to: 2026-03-31"
pack b 2 "from: 2026-04-01, to: 2026-06-30"
pack c 2 "from: 2026-07-01"
"$AFTERCARE_BIN/aftercare" check tariff --no-stories --lang en
pack c 3 "from: 2026-09-01"
"$AFTERCARE_BIN/aftercare" check tariff --no-stories --lang en
code=$?; rm -rf tariff; exit $code
