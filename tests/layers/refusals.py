#!/usr/bin/env python3
"""Every sentence with which the engine refuses an event stands in src/engine/refusals.def, in two languages.

refusals.py SOURCE
"""

import pathlib
import re
import sys

CALLS = re.compile(r"\b(?:refuse|refused|reasons\.push_back)\(")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def call_text(text: str, start: int) -> str:
    """The text of a call from its opening parenthesis to the one that closes it."""
    depth, i, in_text = 0, start, False
    while i < len(text):
        c = text[i]
        if in_text:
            i += c == "\\"
            in_text = c != '"'
        elif c == '"':
            in_text = True
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                break
        i += 1
    return text[start:i]


def main() -> int:
    source = pathlib.Path(sys.argv[1])
    table = (source / "src/engine/refusals.def").read_text(encoding="utf-8")
    known = re.findall(r'SENTENCE\("((?:[^"\\]|\\.)*)",', table)
    seen, missing = 0, []
    for floor in ("step", "engine", "replay"):
        for path in sorted((source / "src" / floor).glob("*.cpp")):
            text = path.read_text(encoding="utf-8")
            for call in CALLS.finditer(text):
                for literal in LITERAL.findall(call_text(text, call.end() - 1)):
                    if " " not in literal.strip("; "):
                        continue                                       # a code or a name, no sentence
                    seen += 1
                    if literal.startswith("; did you mean"):
                        literal = literal[2:]                          # the tail of a sentence
                    if not any(literal in sentence for sentence in known):
                        missing.append(f"{path.relative_to(source)}: {literal}")
    assert seen > 20, "the calls that refuse are no longer found"
    for one in missing:
        print("not in refusals.def:", one)
    print(f"{seen} sentences, {len(missing)} without a row")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
