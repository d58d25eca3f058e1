#!/usr/bin/env python3
"""docs/diagnostics.md is made from src/base/diagnostics.def, remedies.def and the findings in tests/golden.

Usage: diagnostics_doc.py ROOT            fails where the page is not what it would be made to be
       diagnostics_doc.py ROOT --write    makes it
       diagnostics_doc.py ROOT --report   lists codes without an example or without use in src/

Of each code the page has the two sentences, the remedy, and one example as printed, the shortest that a golden
file holds. Every code says what to write instead: fails where remedies.def has no row for a code, where a remedy
asks for words that the finding has not, or where a golden file shows a NOTED code without a note of its own.
Whatever is written by hand below an example stays.
"""
import pathlib
import re
import sys

PLACE_OF_FINDING = re.compile(r"^(?!\s)(?:.*: )?(error|warning|note) (AC\d{4}): ")
ROW = re.compile(r'^DIAG\((AC\d{4}), (\w+), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)\s*$')
NOTE = re.compile(r'^NOTE\(\w+, "(?:[^"\\]|\\.)*", "(?:[^"\\]|\\.)*"\)\s*$')
REMEDY = re.compile(r'^REMEDY\((AC\d{4}), "((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)$')
NO_REMEDY = re.compile(r'^(?:(NOTED|SAID)\((AC\d{4})\)|(NONE)\((AC\d{4}), "[^"]+"\))$')
# What a finding says of its surroundings is no remedy: the clause, the let, the story it stands in.
OF_SURROUNDINGS = re.compile(r"^\s+= (this rule implements |本规则实现|in let |在推算|story: |情景:)")
AREA = re.compile(r"^// (\d\dxx): (.*)$")
SECTION = re.compile(r"^### (AC\d{4})$")
HEAD = """# What the checker says

Generated from `src/base/diagnostics.def`, `remedies.def` and the golden files by `tests/layers/diagnostics_doc.py`; text below an
example is written by hand. A code keeps its meaning for ever; its sentence may be reworded.
"""


def unescape(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def rows_of(table):
    """(area, code, severity, English, Chinese) in order, and what is wrong with the table."""
    rows, wrong, area = [], [], ""
    for n, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if m := AREA.match(line):
            area = m[2]
        elif m := ROW.match(line):
            rows.append((area, m[1], m[2], unescape(m[3]), unescape(m[4])))
            places = [set(re.findall(r"\{(\w+)\}", s)) for s in (m[3], m[4])]
            if not places[1] <= places[0]:
                wrong.append(f"{table.name}:{n}: the Chinese sentence has places that the English one has not")
            if m[3].endswith(".") or m[4].endswith("。") or "\\n" in m[3] + m[4]:
                wrong.append(f"{table.name}:{n}: a sentence has no period at its end and no line break")
        elif line.startswith(("DIAG", "NOTE")) and not NOTE.match(line):
            wrong.append(f"{table.name}:{n}: not one row on one line")
    return rows, wrong


def remedies_of(table, rows):
    """The remedies by code, the codes whose findings bring a note, and what is wrong with the table."""
    remedies, noted, wrong, order = {}, set(), [], []
    sentences = {code: english for _, code, _, english, _ in rows}
    for n, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if m := REMEDY.match(line):
            code = m[1]
            remedies[code] = (unescape(m[2]), unescape(m[3]))
            known = set(re.findall(r"\{(\w+)\}", sentences.get(code, "")))
            for text in remedies[code]:
                if unknown := set(re.findall(r"\{(\w+)\}", text)) - known:
                    wrong.append(f"{table.name}:{n}: the sentence of {code} has no {', '.join(sorted(unknown))}")
                if text.endswith((".", "。")):
                    wrong.append(f"{table.name}:{n}: a remedy has no period at its end")
        elif m := NO_REMEDY.match(line):
            code = m[2] or m[4]
            if m[1] == "NOTED":
                noted.add(code)
        elif line.startswith("//") or not line:
            continue
        else:
            wrong.append(f"{table.name}:{n}: not one row on one line")
            continue
        order.append(code)
    if order != [r[1] for r in rows]:
        wrong.append(f"{table.name}: one row for each code of diagnostics.def, in its order")
    return remedies, noted, wrong


def without_note(golden, noted):
    """Where a golden file shows one of the codes without a note that says what to write."""
    out = []
    for f in sorted(golden.rglob("*.expected")):
        code = None
        lines = f.read_text(encoding="utf-8", errors="replace").splitlines()
        for line in lines + [""]:
            if re.match(r"^\s+= ", line):
                if not OF_SURROUNDINGS.match(line):
                    code = None
            elif not line.startswith((" ", "\t")) and not re.match(r"^\d+ \| ", line):
                if code:
                    out.append(f"{f.relative_to(golden.parent.parent)}: {code} says nothing of what to write")
                m = PLACE_OF_FINDING.match(line)
                code = m[2] if m and m[2] in noted else None
    return out


def examples_of(golden):
    """The shortest printed finding of each code, in English."""
    found = {}
    for f in sorted(golden.rglob("*")):
        if not f.is_file() or f.suffix in {".py", ".cmake", ".cpp"}:
            continue
        block, code = [], None

        def keep():
            if code and (code not in found or len("\n".join(block)) < len(found[code])):
                found[code] = "\n".join(block)

        for line in f.read_text(encoding="utf-8", errors="replace").splitlines():
            if m := PLACE_OF_FINDING.match(line):
                keep()
                block, code = [line], m[2]
            elif code and line.startswith((" ", "\t")) or code and re.match(r"^\d+ \| ", line):
                block.append(line)
            else:
                keep()
                block, code = [], None
        keep()
    return found


def bodies_of(page):
    """What is written by hand under each code."""
    bodies, code, is_fenced = {}, None, False
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else []:
        if not is_fenced and (m := SECTION.match(line)):
            code = m[1]
            bodies[code] = []
        elif not is_fenced and line.startswith("## "):
            code = None
        elif line == "```text":
            is_fenced = True
        elif is_fenced and line == "```":
            is_fenced = False
        elif code and not is_fenced and not re.match(r"^(error|warning|note|remedy): ", line):
            bodies[code].append(line)
    return {c: "\n".join(b).strip() for c, b in bodies.items()}


def page_of(rows, remedies, examples, bodies):
    out, last_area = [HEAD], None
    for area, code, severity, english, chinese in rows:
        if area != last_area:
            out.append(f"## {area[:1].upper()}{area[1:]}\n")
            last_area = area
        out.append(f"### {code}\n\n{severity}: {english} · {chinese}\n")
        if code in remedies:
            out.append(f"remedy: {' · '.join(remedies[code])}\n")
        if code in examples:
            out.append(f"```text\n{examples[code]}\n```\n")
        if bodies.get(code):
            out.append(bodies[code] + "\n")
    return "\n".join(out)


def main():
    root = pathlib.Path(sys.argv[1])
    mode = sys.argv[2] if len(sys.argv) > 2 else "--check"
    sys.stdout.reconfigure(encoding="utf-8")
    page = root / "docs/diagnostics.md"
    rows, wrong = rows_of(root / "src/base/diagnostics.def")
    remedies, noted, more = remedies_of(root / "src/base/remedies.def", rows)
    wrong += more + without_note(root / "tests/golden", noted)
    examples = examples_of(root / "tests/golden")
    known = {r[1] for r in rows}
    made = page_of(rows, remedies, examples, bodies_of(page))
    if mode == "--write":
        page.parent.mkdir(exist_ok=True)
        page.write_text(made, encoding="utf-8")
        return 0
    if mode == "--report":
        used = set()
        for f in (root / "src").rglob("*.[ch]pp"):
            used |= set(re.findall(r"\bAC\d{4}\b", f.read_text(encoding="utf-8")))
        print("without a golden file:", " ".join(sorted(known - set(examples))) or "none")
        print("not used in src/:", " ".join(sorted(known - used)) or "none")
        return 0
    wrong += [f"docs/diagnostics.md: {c} is written about, but is no code" for c in sorted(set(bodies_of(page)) - known)]
    wrong += [f"tests/golden: {c} is printed, but is no code" for c in sorted(set(examples) - known)]
    if not page.exists() or page.read_text(encoding="utf-8") != made:
        wrong.append("docs/diagnostics.md is not up to date: run tests/layers/diagnostics_doc.py . --write")
    print("\n".join(wrong) or f"{len(rows)} codes, {len(examples)} with an example")
    return len(wrong) != 0


if __name__ == "__main__":
    sys.exit(main())
