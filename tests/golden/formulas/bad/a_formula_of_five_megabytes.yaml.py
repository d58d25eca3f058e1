# One formula, longer than any is read.
print("articles:\n  C02:\n    text: 收费。\n    let repair.a: >-")
for _ in range(60_000):
    print("      " + "x" * 79)
