#!/usr/bin/env python3
"""docs/cli.md is what the tool says of itself, and it says all of it in Chinese too.

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


def untranslated(tool, *words):
    """Lines of --help --lang zh that say something and have no word of Chinese."""
    text = subprocess.run([tool, *words, "--help", "--lang", "zh"], check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C.UTF-8"}).stdout
    out = []
    for line in text.split("\n示例:")[0].splitlines():
        said = re.sub(r"^  \S.*?(  +|$)", "", line) if line.startswith("  -") else line.strip()
        is_name = line.startswith("  ") and not line.startswith("   ") and not re.search(r"\S  +\S", line)
        if re.search("[A-Za-z]{3}", said) and not is_name and not re.search("[\u4e00-\u9fff]", said):
            out.append(" ".join(["aftercare", *words, "--help:", line.strip()]))
    return out


def main():
    tool, root = sys.argv[1], pathlib.Path(sys.argv[2])
    top = help_of(tool)
    part = top.split("Subcommands:\n", 1)[1].split("\n\n", 1)[0]
    names = re.findall(r"^  (\w+) ", part, re.M)
    page = "# The command line\n\nMade from `--help` by `tests/layers/cli_doc.py`.\n\n```text\n" + top + "```\n"
    for name in names:
        page += f"\n## {name}\n\n```text\n{help_of(tool, name)}```\n"
    english = [line for words in [[], *([name] for name in names), ["calendar", "show"], ["calendar", "check"],
                                  ["calendar", "import"]] for line in untranslated(tool, *words)]
    if english:
        print("no Chinese in src/cli/help.def for:", *english, sep="\n  ")
        return 1
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
