print("""aftercare: 1
pack: many
title: Many
source: S
version: 1
effective: {from: 2020-01-01}
timezone: Asia/Shanghai
roles: {a: A}

procedure p:
  title: P
  key: number
  case: {number: string}
  facts:
    o: {opens: s0, by: a, gives: [number]}
    e: {by: a}
  states:""")
for i in range(65_534):
    print(f"    s{i}: {{when: {{e: s{(i + 1) % 65_534}}}}}")
print("    over: final")
print("""
articles:
  C1:
    text: x
    no_rule: conduct""")
