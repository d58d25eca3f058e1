#!/usr/bin/env python3
"""Runs the decTest files of the General Decimal Arithmetic specification.

  dectest.py <decimal_calc> <folder with *.decTest>

The type always works with 34 digits, half-even. A case with 34 digits and half-even is compared as
it stands, value and exponent. A case with fewer digits or another rounding is compared after
rounding our result once more, where that is sound: where ours is exact, or the digits that go are
neither none nor a tie. Left out, and counted: infinities, NaN, signs of zero, operands of more than
34 digits, results outside decimal128, and operations that the type does not have.
"""
import collections
import pathlib
import re
import subprocess
import sys
from decimal import (ROUND_05UP, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN,
                     ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, setcontext)

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
if not folder.is_dir():
    print(f"skipped: no {folder} (Debian: libpython3.11-testsuite)")
    sys.exit(77)

ROUNDING = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "half_down": ROUND_HALF_DOWN,
            "up": ROUND_UP, "down": ROUND_DOWN, "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING,
            "05up": ROUND_05UP}
MODES = ["half_even", "half_up", "half_down", "up", "down", "floor", "ceiling"]
OPERATIONS = {"add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide",
              "squareroot": "sqrt", "exp": "exp", "ln": "log", "power": "power", "abs": "abs",
              "compare": "compare", "minus": "negate", "plus": "parse", "apply": "parse",
              "tosci": "parse", "toeng": "parse", "reduce": "normalize", "quantize": "quantize",
              "rescale": "quantize", "tointegral": "round", "tointegralx": "round",
              "remainder": "modulo", "comparesig": "compare", "copy": "parse", "copyabs": "abs",
              "copynegate": "negate"}
LISTS = ["testall.decTest", "decDouble.decTest", "decSingle.decTest", "decQuad.decTest"]
EXACT = Context(prec=20000, Emin=-999999999999999999, Emax=999999999999999999, traps=[])
QUAD = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1, traps=[])
INEXACT = {"Inexact", "Rounded", "Subnormal", "Underflow", "Overflow", "Clamped"}
TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\S+")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
setcontext(EXACT)  # for the operators below
left_out = collections.Counter()
checked = collections.Counter()
wrong = []


def unquote(token):
    if len(token) > 1 and token[0] in "'\"" and token[-1] == token[0]:
        return token[1:-1].replace(token[0] * 2, token[0])
    return token


def cases():
    for path in sorted(folder.glob("*.decTest")):
        if path.name in LISTS:
            continue
        state = {}
        for line in path.read_text(encoding="latin-1").splitlines():
            text = line.strip()
            if not text or text.startswith("--"):
                continue
            words = TOKEN.findall(text)
            if words[0].endswith(":"):
                state[words[0][:-1].lower()] = words[1].lower()
                continue
            if "->" not in words:
                continue
            arrow = words.index("->")
            conditions = []
            for w in words[arrow + 2:]:
                if w.startswith("--"):
                    break
                conditions.append(w.capitalize())
            yield (path.name, dict(state), words[0], words[1].lower(),
                   [unquote(w) for w in words[2:arrow]], unquote(words[arrow + 1]), set(conditions))


def spelling(token):
    """As our grammar has it: no plus sign, a digit after the point."""
    return re.sub(r"\.(?=[eE]|$)", "", token.lstrip("+"))


def in_range(d):
    return d == 0 or -6143 <= d.adjusted() <= 6144


def prepare():
    for name, state, label, operation, operands, expected, conditions in cases():
        ours = OPERATIONS.get(operation)
        if ours is None:
            left_out["operation " + operation] += 1
            continue
        if len(operands) > 2:
            left_out["power with a modulus"] += 1
            continue
        if any("#" in o for o in (*operands, expected)):
            left_out["encodings"] += 1
            continue
        reading = operation in ("tosci", "toeng", "apply")
        if not all(NUMBER.match(o) for o in operands):
            left_out["operands that are no finite numbers"] += 1
            continue
        numbers = [EXACT.create_decimal(o) for o in operands]
        precision = int(state["precision"])
        mode = state["rounding"]
        if precision > 34:
            left_out["precision above 34"] += 1
            continue
        if not reading and any(len(n.as_tuple().digits) > 34 for n in numbers):
            left_out["operands of more than 34 digits"] += 1
            continue
        judged = numbers[:1] if ours == "quantize" else numbers
        if not all(in_range(n) and -6176 <= n.as_tuple().exponent <= 6111 for n in judged):
            left_out["operands outside decimal128"] += 1
            continue
        arguments = [spelling(o) for o in operands]
        if ours == "quantize":
            if mode not in MODES:
                left_out["rounding " + mode] += 1
                continue
            exponent = numbers[1].as_tuple().exponent
            if operation == "rescale":
                whole = numbers[1] == numbers[1].to_integral_value()
                exponent = int(numbers[1]) if whole else 10**9
            if not -6176 <= exponent <= 6111:
                left_out["exponents outside decimal128"] += 1
                continue
            arguments = [arguments[0], str(exponent), str(MODES.index(mode))]
        elif ours == "round":
            if mode not in MODES:
                left_out["rounding " + mode] += 1
                continue
            arguments += ["0", str(MODES.index(mode))]
        elif ours == "power" and numbers[0] == 0 and numbers[1] == 0:
            left_out["0 ** 0, 1 here and invalid there"] += 1
            continue
        elif ours == "modulo" and "Division_impossible" in conditions:
            left_out["remainders with a long quotient"] += 1
            continue
        yield name, state, label, ours, operation, arguments, numbers, expected, conditions


def is_exact(ours, numbers, result):
    if ours in ("add", "subtract", "multiply"):
        return getattr(EXACT, ours)(*numbers) == result
    if ours == "divide":
        return EXACT.multiply(result, numbers[1]) == numbers[0]
    if ours == "sqrt":
        return EXACT.multiply(result, result) == numbers[0]
    if ours in ("exp", "log"):
        return numbers[0] == (0 if ours == "exp" else 1)
    if ours == "power":
        return None  # not known
    if ours in ("parse", "negate", "abs", "normalize"):
        return abs(result) == abs(numbers[0])
    return True


def same(a, b, exponents):
    return a == b and (not exponents or a.as_tuple().exponent == b.as_tuple().exponent)


prepared = list(prepare())
lines = "".join(" ".join([case[3], *case[5]]) + "\n" for case in prepared)
run = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
for case, answer in zip(prepared, run.stdout.splitlines(), strict=True):
    name, state, label, ours, operation, arguments, numbers, expected, conditions = case
    precision, mode = int(state["precision"]), state["rounding"]
    emax, emin = int(state["maxexponent"]), int(state["minexponent"])
    quad = precision == 34 and mode == "half_even" and emax == 6144
    finite = NUMBER.match(expected) is not None
    report = f"{name} {label}: {ours} {' '.join(arguments)} gives {answer}, expected {expected}"
    if not finite:
        invalid = conditions & {"Division_by_zero", "Invalid_operation", "Division_undefined"}
        if ours == "quantize" and not quad:
            left_out["quantize beyond a smaller precision"] += 1
        elif invalid or quad:
            checked[ours] += 1
            if answer != "none":
                wrong.append(report)
        else:
            left_out["overflow of a smaller range"] += 1
        continue
    target = EXACT.create_decimal(expected)
    if ours == "power" and emax > 6144 and answer in ("none", "0E-6176"):
        left_out["results outside decimal128"] += 1
        continue
    if not in_range(target):
        left_out["results outside decimal128"] += 1
        continue
    if answer in ("none", "unreadable", "unknown"):
        may_overflow = ours in ("add", "multiply", "divide", "exp", "power")
        if answer == "none" and may_overflow and emax > 6144:
            left_out["results outside decimal128"] += 1
            continue
        checked[ours] += 1
        wrong.append(report)
        continue
    result = EXACT.create_decimal(answer)
    # The text of toEng says less than its value; powers are exact where the specification pads.
    exponents = ours != "power" and operation != "toeng"
    if ours == "modulo" and result.is_signed() != numbers[0].is_signed() and result != 0:
        target = QUAD.add(target, numbers[1])  # ours has the sign of the divisor
    if ours in ("quantize", "round", "compare", "modulo"):
        # Exact, or rounded as asked. A remainder of the specification may be rounded: not ours.
        if (ours == "modulo" and conditions & INEXACT
                or ours == "round" and len(numbers[0].as_tuple().digits) > precision):
            left_out["rounded to a smaller precision"] += 1
            continue
        checked[ours] += 1
        if not same(result, target, ours not in ("compare",)):
            wrong.append(report)
        continue
    if quad:
        checked[ours] += 1
        if ours == "power" and "Inexact" in conditions:
            if abs(result - target) > Decimal(1).scaleb(target.adjusted() - 33):
                wrong.append(report)
        elif not same(result, target, exponents):
            wrong.append(report)
        continue
    context = Context(prec=precision, rounding=ROUNDING[mode], Emin=emin, Emax=emax,
                      clamp=int(state.get("clamp", "0")), traps=[])
    again = context.plus(result)
    if ours == "normalize" and not quad:
        exponents = exponents and state.get("clamp", "0") == "0"
    if not conditions & INEXACT:
        checked[ours] += 1
        if not same(result, target, exponents):
            wrong.append(report)
        continue
    exact = is_exact(ours, numbers, result)
    if not exact:
        gone = EXACT.subtract(result, again) if again.is_finite() else Decimal(1)
        ulp = Decimal(1).scaleb(again.as_tuple().exponent) if again.is_finite() else Decimal(10)
        if gone == 0 or 2 * abs(gone) == ulp or precision == 34:
            left_out["our 34 digits do not settle the rounding"] += 1
            continue
        if result != 0 and result.adjusted() < -6143 or result == 0:
            left_out["results outside decimal128"] += 1
            continue
    checked[ours] += 1
    if ours == "power" and "Inexact" in conditions:
        if abs(again - target) > Decimal(1).scaleb(target.as_tuple().exponent):
            wrong.append(report)
    elif again != target:
        wrong.append(report + f", rounded {again}")

for report in wrong[:40]:
    print(report)
print("checked:", ", ".join(f"{k} {v}" for k, v in sorted(checked.items())))
print("left out:", ", ".join(f"{k} {v}" for k, v in sorted(left_out.items())))
print(f"{sum(checked.values())} cases checked, {len(wrong)} wrong")
sys.exit(1 if wrong or not checked else 0)
