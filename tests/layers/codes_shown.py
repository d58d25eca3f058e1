#!/usr/bin/env python3
"""Every permanent code is raised somewhere and shown by a test.

Usage: codes_shown.py ROOT

Fails where a row of src/base/diagnostics.def is used nowhere in src/ (a dead code: delete the row, its number
is never used again), or where neither a golden file prints the code nor a unit test expects it. What is not
raised yet, or what no test can show, stands in codes_not_shown.txt beside this file, each with its reason; a code that is shown after all
may not stand there.
"""
import pathlib
import re
import sys

CODE = re.compile(r"\bAC\d{4}\b")


def main():
    root = pathlib.Path(sys.argv[1])
    table = (root / "src/base/diagnostics.def").read_text(encoding="utf-8")
    known = re.findall(r"^DIAG\((AC\d{4}),", table, re.M)

    def codes_in(files):
        return {code for f in files for code in CODE.findall(f.read_text(encoding="utf-8", errors="replace"))}

    raised = codes_in(f for kind in ("*.cpp", "*.hpp") for f in (root / "src").rglob(kind))
    shown = codes_in((root / "tests/golden").rglob("*.expected")) | codes_in((root / "tests/unit").rglob("*.cpp"))
    excused, wrong = {}, []
    reasons = pathlib.Path(__file__).with_name("codes_not_shown.txt")
    for n, line in enumerate(reasons.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        code, _, reason = line.partition(" ")
        excused[code] = reason.strip()
        if code not in known or not excused[code]:
            wrong.append(f"{reasons.name}:{n}: a known code and the reason why no test shows it")
    for code in known:
        if code not in raised and code not in excused:
            wrong.append(f"{code} is raised nowhere in src/")
        elif code not in shown and code not in excused:
            wrong.append(f"{code} is shown by no golden file and no unit test")
        elif code in shown and code in excused:
            wrong.append(f"{code} is shown by a test; take it out of {reasons.name}")
    wrong += [f"{code} is raised in src/, but is no row of the table" for code in sorted(raised - set(known))]
    print("\n".join(wrong) or f"{len(known)} codes, {len(known) - len(excused)} shown, {len(excused)} excused")
    return len(wrong) != 0


if __name__ == "__main__":
    sys.exit(main())
