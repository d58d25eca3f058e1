#!/usr/bin/env python3
"""Hostile input through `aftercare eval`: each is a finding or an error, soon, and never a crash.

hostile.py AFTERCARE
"""

import pathlib
import resource
import subprocess
import sys
import tempfile

SECONDS = 60  # far above what any of them takes; a hang is what is looked for
BYTES = 2 << 30


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def model(text):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
<decision name="d" id="d"><literalExpression><text>{text}</text></literalExpression></decision>
</definitions>""".encode()


# Name, the bytes of an expression, and what must be said: (exit codes, a part of the message).
EXPRESSIONS = [
    ("100,000 brackets", b"(" * 100_000 + b"1" + b")" * 100_000, ({1}, "AC03")),
    ("100,000 lists", b"[" * 100_000 + b"]" * 100_000, ({1}, "AC03")),
    ("100,000 minus signs", b"-" * 100_000 + b"1", ({1}, "AC03")),
    ("100,000 negations", b"not(" * 100_000 + b"true" + b")" * 100_000, ({1}, "AC03")),
    ("100,000 conditions", b"if true then 1 else " * 100_000 + b"2", ({1}, "AC03")),
    ("100,000 terms", b"1" + b" + 1" * 100_000, ({0, 1, 3}, "")),
    ("a literal of 1 MB of digits", b"1" * 1_000_000, ({0, 1}, "")),
    ("a text of 1 MB", b'string length("' + b"a" * 1_000_000 + b'")', ({0}, "1000000")),
    ("a name of 1 MB", b"a" * 1_000_000, ({0, 1}, "")),
    ("a comment of 1 MB that is not closed", b"1 /*" + b"*" * 1_000_000, ({1}, "AC03")),
    ("10 ** 10 ** 10", b"10 ** 10 ** 10", ({0}, "")),
    ("10 ** (10 ** 10)", b"10 ** (10 ** 10)", ({0}, "null")),
    ("0.1 ** 100000000000", b"0.1 ** 100000000000", ({0}, "")),
    ("exp of exp of exp", b"exp(exp(exp(100)))", ({0}, "null")),
    ("a catastrophic pattern", b'matches("' + b"a" * 60 + b'b", "^(a+)+$")', ({0, 3}, "")),
    ("a pattern with back-references", b'matches("' + b"a" * 200 + b'", "^(a*)*\\\\1\\\\1b$")', ({0, 1, 3}, "")),
    ("a pattern of a million repetitions", b'matches("a", "(a{1000}){1000}")', ({0, 1, 3}, "")),
    ("a loop over a huge range", b"count(for i in 1..1000000000000 return i)", ({3}, "more steps")),
    ("a quantifier over a huge range", b"every i in 1..1000000000000 satisfies i > 0", ({3}, "more steps")),
    ("nested loops", b"count(for a in 1..100000, b in 1..100000 return a)", ({3}, "more steps")),
    ("a list that doubles", b"{a: [1, 1]" + b"".join(
        f", b{i}: concatenate({'a' if i == 0 else f'b{i - 1}'}, {'a' if i == 0 else f'b{i - 1}'})".encode()
        for i in range(60)) + b"}", ({3}, "")),
    ("a value that is deep", b"{a: []" + b"".join(f", a{i}: [{'a' if i == 0 else f'a{i - 1}'}]".encode()
                                                  for i in range(3000)) + b"}.a2999", ({0, 1, 3}, "")),
    ("a function that calls itself", b"{f: function(n) f(n), r: f(1)}.r", ({0, 1, 3}, "")),
    ("broken UTF-8", b'"\xff\xfe" = "\xc3\x28"', ({1}, "UTF-8")),
    ("an overlong encoding", b'"\xc0\xaf"', ({1}, "UTF-8")),
    ("a surrogate", b'"\xed\xa0\x80"', ({1}, "UTF-8")),
    ("a zero byte", b"1 + \x00 2", ({1}, "AC03")),
    ("nothing", b" ", ({1}, "AC03")),
    ("a year beyond all", b'@"99999999999-01-01"', ({0, 1}, "")),
    ("a duration beyond all", b'duration("P99999999999999999999Y")', ({0}, "null")),
]

CYCLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
<decision name="d" id="d"><informationRequirement><requiredDecision href="#d"/></informationRequirement>
<literalExpression><text>d</text></literalExpression></decision></definitions>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">&c;</definitions>"""
OUTSIDE = b"""<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="&f;" namespace="urn:m"/>"""
MODELS = [
    ("a decision that requires itself", CYCLE, ({1}, "AC1213")),
    ("entities that multiply", BOMB, ({1}, "AC1204")),
    ("an external entity", OUTSIDE, ({1}, "AC1204")),
    ("elements 100,000 deep", b"<a>" * 100_000 + b"</a>" * 100_000, ({1}, "AC120")),
    ("XML that ends too early", model("1")[:150], ({1}, "AC1203")),
    ("broken UTF-8 in XML", model("1").replace(b"m\"", b"\xff\""), ({1}, "AC1202")),
    ("brackets in a model", model("(" * 100_000), ({1}, "AC03")),
    ("a huge loop in a model", model("count(for i in 1..1000000000000 return i)"), ({3}, "more steps")),
    ("an attribute of 1 MB", model("1").replace(b'name="d"', b'name="' + b"d" * 1_000_000 + b'"'), ({1}, "AC1231")),
    ("no XML at all", b"\x00\x01\x02", ({1}, "AC120")),
    ("an empty file", b"", ({1}, "AC120")),
]
DATA = [
    ("JSON 100,000 deep", b"[" * 100_000, ({1}, "AC1205")),
    ("broken UTF-8 in JSON", b'{"a": "\xff"}', ({1}, "AC1232")),
    ("a number beyond all in JSON", b'{"a": 1e999999999}', ({1}, "AC0520")),
    ("a key twice in JSON", b'{"a": 1, "a": 2}', ({1}, "AC0113")),
]


def main() -> int:
    tool = sys.argv[1]
    wrong = 0

    def judge(name, command, wanted, given=None):
        nonlocal wrong
        codes, part = wanted
        try:
            done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, preexec_fn=limit)
        except subprocess.TimeoutExpired:
            print(f"{name}: hangs")
            wrong += 1
            return
        said = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
        if done.returncode not in codes or part not in said:
            print(f"{name}: exit {done.returncode}, wanted {sorted(codes)} and '{part}'\n  {said[:400]}")
            wrong += 1
        elif "root:" in said or len(done.stderr) > 100_000:
            print(f"{name}: says too much ({len(done.stderr)} bytes)")
            wrong += 1

    for name, text, wanted in EXPRESSIONS:
        judge(name, [tool, "eval", "-", "--lang", "en"], wanted, text)
        judge(name + ", strict", [tool, "eval", "-", "--strict", "--lang", "en"], ({0, 1, 3}, ""), text)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.dmn"
        for name, text, wanted in MODELS:
            path.write_bytes(text)
            judge(name, [tool, "eval", "--dmn", str(path), "--decision", "d", "--lang", "en"], wanted)
        for name, text, wanted in DATA:
            path.write_bytes(text)
            judge(name, [tool, "eval", "1", "--data", str(path), "--lang", "en"], wanted)
    print(f"{2 * len(EXPRESSIONS) + len(MODELS) + len(DATA)} inputs, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
