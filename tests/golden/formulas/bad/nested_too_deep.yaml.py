# Parentheses a thousand deep within one formula.
print("articles:\n  C02:\n    text: 收费。\n    let repair.a: " + "(" * 1000 + "hours" + ")" * 1000)
