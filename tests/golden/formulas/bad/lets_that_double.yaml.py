# Each let uses the one before it twice: 2^40 places if it were written out.
print("articles:\n  C02:\n    text: 收费。\n    let repair.x0: hours * 2")
for n in range(1, 41):
    print(f"    let repair.x{n}: x{n - 1} + x{n - 1}")
