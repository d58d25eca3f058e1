#!/usr/bin/env python3
"""Compares exp, log and power with Python's decimal module on random arguments.

  python_oracle.py <decimal_calc> [arguments of each operation] [seed]

exp and log: digit for digit what Python gives with 34 digits (it rounds them correctly). power:
the value with 120 digits, rounded once, and within one unit of the last place of what Python gives
with 34, which it does not round correctly. The limits are those of decimal128.
"""
import random
import subprocess
import sys
from decimal import (ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, FloatOperation,
                     InvalidOperation, Overflow)

program = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20240229
rng = random.Random(seed)
TRAPS = [DivisionByZero, FloatOperation, InvalidOperation, Overflow]
QUAD = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1, traps=TRAPS)
WIDE = Context(prec=120, rounding=ROUND_HALF_EVEN, Emin=-99999999, Emax=99999999, traps=TRAPS)


def digits():
    n = rng.choice([1, 2, 3, 5, 9, 16, 33, 34, rng.randint(1, 34)])
    shape = rng.randrange(5)
    if shape == 0:
        return 10**n - 1
    if shape == 1:
        return 10 ** (n - 1)
    if shape == 2:
        return 10 ** (n - 1) + rng.randrange(10)
    return rng.randrange(10**n)


def decimal(c, e):
    return QUAD.create_decimal(Decimal(c).scaleb(e, WIDE))


def exp_argument():
    sign = rng.choice([1, -1])
    shape = rng.randrange(6)
    c = digits()
    n = len(str(c))
    if shape == 0:  # near the ties around 1
        return decimal(sign * rng.choice([5, 50, 49, 51, 15, 25, rng.randrange(1, 1000)]),
                       -rng.randint(33, 37))
    if shape == 1:  # near the limits of the range
        return decimal(sign * rng.randrange(13_900_000, 14_300_000), -3)
    if shape == 2:  # a tie but for the square of a small number: x/1 + x*x/2
        return decimal(sign * c, -n - rng.randint(15, 20))
    return decimal(sign * c, -n + rng.randint(-36, 5))


def log_argument():
    shape = rng.randrange(5)
    c = digits() + 1
    if shape == 0:
        small = rng.choice([1, 5, rng.randrange(10 ** rng.randint(1, 33)) + 1])
        return decimal(10**33 + small, -33)
    if shape == 1:
        return decimal(10**34 - rng.randrange(10 ** rng.randint(1, 33)) - 1, -34)
    if shape == 2:
        return decimal(c, rng.randint(-6176, 6111 - 34))
    return decimal(c, -len(str(c)) + rng.randint(-3, 4))


def power_arguments():
    shape = rng.randrange(8)
    c = digits() + 1
    n = len(str(c))
    if shape == 0:  # interest: a rate near 1, a count
        return decimal(10**6 + rng.randrange(200_000), -6), Decimal(rng.randint(-400, 400))
    if shape == 1:  # exact roots
        base = rng.randrange(1, 5000)
        root = rng.choice([2, 4, 5, 8, 10, 20])
        x = QUAD.create_decimal(Decimal(base).scaleb(rng.randint(-5, 5)))
        y = rng.choice([1, 3, 7, -1, -3]) / Decimal(root)
        if rng.randrange(4) == 0:  # all but an exact one
            y = rng.choice([y.next_plus(QUAD), y.next_minus(QUAD)])
        x = WIDE.power(x, root)
        return (QUAD.create_decimal(x), y)
    if shape == 2:
        return decimal(10**33 + rng.randrange(10**9), -33), decimal(digits(), rng.randint(-34, 3))
    if shape == 3:
        base = rng.choice([2, 5, 3, 10, 20, 50, 7, "0.5", "0.2"])
        return Decimal(base), Decimal(rng.randint(-160, 160))
    if shape == 4:  # near the limits of the range
        x = decimal(c, -n + rng.randint(-2, 3))
        if x == 1:
            x += 1
        limit = Decimal(14150) / abs(x.ln())
        return x, QUAD.create_decimal(limit * Decimal(rng.randrange(-1010, 1010)) / 1000)
    if shape == 5:  # powers of ten, with zeros or without
        x = QUAD.quantize(Decimal(10) ** rng.randint(-4, 4), Decimal(1).scaleb(-rng.randint(4, 28)))
        return x, decimal(digits(), -rng.randint(0, 36))
    y = decimal(rng.choice([1, -1]) * digits(), -rng.randint(0, 36))
    return decimal(c, -n + rng.randint(-3, 4)), y


def limited(context, operation, *arguments):
    try:
        return operation(*arguments, context=context)
    except (Overflow, InvalidOperation, DivisionByZero):
        return None


def true_power(x, y):
    if y == 0:
        return Decimal(1)
    value = limited(WIDE, lambda a, b, context: context.power(a, b), x, y)
    return None if value is None else limited(QUAD, lambda a, context: context.plus(a), value)


questions = []
for _ in range(count):
    x = exp_argument()
    questions.append(("exp", (x,), limited(QUAD, Decimal.exp, x)))
    x = log_argument()
    questions.append(("log", (x,), limited(QUAD, Decimal.ln, x)))
    x, y = power_arguments()
    questions.append(("power", (x, y), true_power(x, y)))

lines = "".join(f"{op} {' '.join(map(str, args))}\n" for op, args, _ in questions)
run = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)

wrong = 0
python_apart = 0
for (op, args, expected), answer in zip(questions, run.stdout.splitlines(), strict=True):
    ours = None if answer == "none" else Decimal(answer)
    if op == "power" or ours is None or expected is None or ours == 0:
        good = ours == expected
    else:
        good = ours == expected and ours.as_tuple() == expected.as_tuple()
    if not good:
        wrong += 1
        if wrong <= 20:
            print(f"{op}{tuple(map(str, args))}\n  ours     {answer}\n  expected {expected}")
    if op == "power" and ours is not None and ours != 0:
        python = limited(QUAD, lambda a, b, context: context.power(a, b), *args)
        if python is not None:
            ulp = Decimal(1).scaleb(max(ours.adjusted() - 33, -6176))
            if abs(WIDE.subtract(ours, python)) > ulp:
                wrong += 1
                print(f"power{tuple(map(str, args))}: {answer} is more than a unit from {python}")
            elif ours != python:
                python_apart += 1
print(f"{len(questions)} questions, {wrong} wrong, "
      f"{python_apart} powers a unit from Python's (seed {seed})")
sys.exit(wrong != 0)
