# What puts a version in force is entered by hand; the tickets of a log see it, however the log is cut.
aftercare="$AFTERCARE_BIN/aftercare"
rm -rf adopted && mkdir -p adopted/v1 adopted/v2
for v in 1 2; do
  cat > adopted/v$v/pack.yaml <<END
aftercare: 1
pack: repairs
source: R-01
version: $v
effective: {from: 2024-0$((3 * v))-01}
timezone: Asia/Shanghai
roles: {desk: 报修台, manager: 经理}
adoption: {approved_by: manager, then: published, cites: C01}
procedure repair:
  key: number
  case: {number: string}
  facts:
    reported: {opens: waiting, by: desk, gives: [number]}
    arrived:  {by: desk}
  states:
    waiting: {when: {arrived: closed}}
    closed:  final
articles:
  C01:
    text: 接到报修后$((3 - v))小时内上门。
    clock repair.arrival: {start: reported, stop: arrived, within: $((3 - v))h}
END
done
cat > adopted/log.csv <<'END'
case,event,at,role
A0,reported,2024-03-01T09:00,desk
,repairs.approved,2024-03-01T10:00,manager
,repairs.published,2024-03-01T11:00,manager
A1,reported,2024-03-02T09:00,desk
A2,reported,2024-03-03T09:00,desk
A3,reported,2024-06-02T09:00,desk
,repairs.approved,2024-06-03T10:00,manager
,repairs.published,2024-06-03T11:00,manager
A4,reported,2024-06-04T09:00,desk
A4,arrived,2024-06-04T10:30,desk
END
for cut in "1 1" "2 7"; do
  set -- $cut
  "$aftercare" replay adopted --log adopted/log.csv --threads $1 --partitions $2 --lang en > adopted/out.$2
done
cat adopted/out.1
cmp adopted/out.1 adopted/out.7 && "$aftercare" replay adopted/v1 --log adopted/log.csv --lang en | sed -n 4,9p
rm -rf adopted
