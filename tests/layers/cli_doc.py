#!/usr/bin/env python3
"""docs/cli.md is what the tool says of itself.

cli_doc.py AFTERCARE ROOT            fails where the page is stale
cli_doc.py AFTERCARE ROOT --write    writes it
"""
import pathlib
import re
import subprocess
import sys


def help_of(tool, *words):
    text = subprocess.run([tool, *words, "--help"], check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C.UTF-8"}).stdout
    return text.rstrip() + "\n"


def main():
    tool, root = sys.argv[1], pathlib.Path(sys.argv[2])
    top = help_of(tool)
    part = top.split("Subcommands:\n", 1)[1].split("\n\n", 1)[0]
    names = re.findall(r"^  (\w+) ", part, re.M)
    page = "# The command line\n\nMade from `--help` by `tests/layers/cli_doc.py`.\n\n```text\n" + top + "```\n"
    for name in names:
        page += f"\n## {name}\n\n```text\n{help_of(tool, name)}```\n"
    path = root / "docs/cli.md"
    if path.exists() and path.read_text(encoding="utf-8") == page:
        return 0
    if "--write" in sys.argv[3:]:
        path.write_text(page, encoding="utf-8")
        return 0
    print("docs/cli.md is stale: run tests/layers/cli_doc.py build/release/bin/aftercare . --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
