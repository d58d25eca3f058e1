#!/usr/bin/env python3
"""Relative links in the project's Markdown lead to files that exist."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
bad = 0
for page in sorted(root.rglob("*.md")):
    if any(part in ("build", "node_modules", ".git") for part in page.relative_to(root).parts):
        continue
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" in link or link.startswith("mailto:"):
            continue
        if not (page.parent / link).exists():
            print(f"{page.relative_to(root)}: no {link}")
            bad += 1
sys.exit(bad != 0)
