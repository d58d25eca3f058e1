#!/usr/bin/env python3
"""Judges the table analysis with z3.

Usage: table_oracle.py TABLE_CASES [COUNT [SEED]]

Each random table is stated to z3 as integer constraints: which points a row takes, which points exist. The verdicts
(complete, disjoint, rows that never count) must be z3's, and every example must be a point of the kind it is said to
be. Exits with 77 where z3 is not installed.
"""
import json
import subprocess
import sys

try:
    import z3
except ImportError:
    print("skipped: no z3")
    sys.exit(77)

# Of times with a zone: up to 18 hours from UTC.
BOUNDS = {
    "number": (0, 2000),
    "symbol": (0, 2),
    "boolean": (0, 1),
    "time": (0, 86399),
    "zoned time": (-18 * 3600, 42 * 3600 - 1),
}


def takes_set(value, is_null, cell):
    if cell == "-":
        return z3.BoolVal(True)
    parts = []
    for part in cell:
        if part == "null":
            parts.append(is_null)
            continue
        low, includes_low, high, includes_high = part
        ends = [z3.Not(is_null)]
        if low is not None:
            ends.append(value >= low if includes_low else value > low)
        if high is not None:
            ends.append(value <= high if includes_high else value < high)
        parts.append(z3.And(ends))
    return z3.Or(parts)


class Table:
    def __init__(self, case):
        self.case = case
        self.values = [z3.Int(f"v{c}") for c in range(len(case["columns"]))]
        self.nulls = [z3.Bool(f"n{c}") for c in range(len(case["columns"]))]
        domain = []
        for column, value, null in zip(case["columns"], self.values, self.nulls):
            if not column["null"]:
                domain.append(z3.Not(null))
            if column["kind"] in BOUNDS:
                low, high = BOUNDS[column["kind"]]
                domain.append(z3.And(value >= low, value <= high))
        self.solver = z3.SolverFor("QF_LIA")
        self.solver.add(domain)
        self.rows = [
            z3.And([takes_set(v, n, column["cells"][r]) for column, v, n in zip(case["columns"], self.values, self.nulls)])
            for r in range(case["rows"])
        ]

    def is_possible(self, *constraints):
        self.solver.push()
        self.solver.add(*constraints)
        verdict = self.solver.check()
        self.solver.pop()
        assert verdict != z3.unknown
        return verdict == z3.sat

    def at(self, point):
        return z3.And([n if p is None else z3.And(z3.Not(n), v == p) for p, v, n in zip(point, self.values, self.nulls)])


def judge(case):
    table = Table(case)
    wrong = []

    def expect(condition, sentence):
        if not condition:
            wrong.append(sentence)

    taken = z3.Or(table.rows)
    expect(case["complete"] == (not table.is_possible(z3.Not(taken))), "complete")
    for point in case["gaps"]:
        expect(table.is_possible(table.at(point), z3.Not(taken)), f"gap {point}")
    expect(bool(case["gaps"]) != case["complete"], "a gap for each incomplete table")
    pairs = [(a, b) for a in range(case["rows"]) for b in range(a)]
    if not case["first"]:
        meets = {(a, b) for a, b in pairs if table.is_possible(table.rows[a], table.rows[b])}
        expect(case["disjoint"] == (not meets), "disjoint")
        told = set()
        for overlap in case["overlaps"]:
            a, b = overlap["rows"]
            told.add((max(a, b), min(a, b)))
            expect(table.is_possible(table.at(overlap["point"]), table.rows[a], table.rows[b]), f"overlap {overlap}")
        expect(told == meets, "every pair of rows that meet")
    for r in range(case["rows"]):
        earlier = table.rows[:r] if case["first"] else []
        reached = table.is_possible(table.rows[r], *[z3.Not(e) for e in earlier])
        expect((r in case["never"]) == (not reached), f"row {r} never counts")
    return wrong


def main():
    count = sys.argv[2] if len(sys.argv) > 2 else "200"
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    lines = subprocess.run([sys.argv[1], count, seed], check=True, capture_output=True, text=True).stdout.splitlines()
    failed = 0
    for n, line in enumerate(lines):
        for sentence in judge(json.loads(line)):
            failed += 1
            print(f"table {n}: {sentence}\n  {line}")
    print(f"{len(lines)} tables judged, {failed} verdicts wrong")
    return 1 if failed or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
