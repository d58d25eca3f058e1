#!/usr/bin/env python3
"""README.md of each pack in rules/, and the index in rules/README.md, are made from the packs.

Usage: pack_readme.py ROOT            fails where a page is not what it would be made to be
       pack_readme.py ROOT --write    makes them
"""
import pathlib
import re
import sys

import yaml

KINDS = ("parameter reading procedure role settlement ledger form table calendar clock needs expect let read offence "
         "reward payment right child notify duty worklist responsible entitlement kpi").split()
BEGIN, END = "<!-- index: made by tests/layers/pack_readme.py -->", "<!-- end of index -->"


def load(path):
    """Every scalar as text, as the reader of packs takes it."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def as_list(value):
    return value if isinstance(value, list) else [value]


def cites_in(node):
    """Articles that a rule cites, its own and those of its rows, events and terms."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "cites":
                yield from as_list(value)
            else:
                yield from cites_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from cites_in(item)
    elif isinstance(node, str) and "||" in node:  # a text table with a column `cites`
        rows = [[cell.strip() for cell in re.split(r"\|\|?", line.strip())[1:-1]]
                for line in node.strip().splitlines() if line.strip().startswith("|")]
        if rows and "cites" in rows[0]:
            for row in rows[1:]:
                yield from (one.strip() for one in row[rows[0].index("cites")].split(","))


def cell(text):
    return str(text).replace("\n", " ").replace("|", "\\|")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rows]


class Pack:
    def __init__(self, folder):
        self.folder = folder
        chapters = sorted(p for p in folder.glob("*.yaml")
                          if p.name != "pack.yaml"
                          and not re.match(r"(stories|labels)\b|.*\.(mapping|overlay|stories)\.", p.name))
        self.files = [load(folder / "pack.yaml")] + [load(p) for p in chapters]
        self.head = self.files[0]
        self.stories = {name: story for p in sorted(folder.glob("*stories.yaml"))
                        for name, story in load(p)["stories"].items()}
        self.articles, self.rules = {}, []  # rules: (heading, article or None, body)
        if "adoption" in self.head:
            self.rules.append(("adoption", None, self.head["adoption"]))
        for file in self.files:
            for key, value in file.items():
                if key.split(" ")[0] in KINDS and " " in key:
                    self.rules.append((key, None, value))
            for clause, article in file.get("articles", {}).items():
                self.articles[clause] = article
                for key, value in article.items():
                    if key.split(" ")[0] in KINDS and " " in key:
                        self.rules.append((key, clause, value))

    def short(self, clause):
        prefix = self.head["source"] + "-"
        return clause[len(prefix):] if clause.startswith(prefix) else clause

    def rules_of(self, clause):
        return [heading for heading, stands, body in self.rules
                if stands == clause or clause in map(self.short, cites_in(body))]

    def stories_of(self, clause):
        for name, story in self.stories.items():
            if clause in map(self.short, as_list(story.get("proves", []))):
                rows = [line for line in story.get("table", "").splitlines() if line.strip().startswith("|")]
                yield name + (f" ({len(rows) - 1} rows)" if rows else "")

    def runs(self):
        return sum(max(len([line for line in story.get("table", "").splitlines() if line.strip().startswith("|")]) - 1, 1)
                   for story in self.stories.values())

    def executable(self):
        return [clause for clause, article in self.articles.items() if "no_rule" not in article]

    def readme(self):
        head = self.head
        effective = head.get("effective", {})
        facts = [f"source {head['source']}", f"version {head.get('version', '1')}"]
        if "from" in effective:
            facts.append(f"in force from {effective['from']}")
        facts.append(f"{len(self.articles)} articles, {len(self.executable())} with rules")
        facts.append(f"{len(self.stories)} stories, {self.runs()} runs")
        lines = [f"# {head['title']}", "",
                 f"`{head['pack']}`: " + "; ".join(facts) + ".", "",
                 "This page is made from the pack by `tests/layers/pack_readme.py --write`.", ""]
        blanks = [(heading.split(" ", 1)[1], stands, body) for heading, stands, body in self.rules
                  if heading.startswith("parameter ")]
        if blanks:
            lines += ["## What a company fills in", ""]
            lines += table(["parameter", "type", "default", "article"],
                           [(f"`{name}`", body["is"] if isinstance(body, dict) else body,
                             body.get("default", "") if isinstance(body, dict) else "", stands or "")
                            for name, stands, body in blanks]) + [""]
        readings = [(heading.split(" ", 1)[1], stands, body) for heading, stands, body in self.rules
                    if heading.startswith("reading ")]
        if readings:
            lines += ["## How doubtful words are read", "", "The first reading holds unless an overlay chooses another.", ""]
            lines += table(["reading", "choices", "article"],
                           [(f"`{name}`", " · ".join(word.strip() for word in body.split("|")), stands or "")
                            for name, stands, body in readings]) + [""]
        lines += ["## Articles, their rules and their stories", ""]
        rows = []
        for clause, article in self.articles.items():
            rules = [f"`{rule}`" for rule in self.rules_of(clause)]
            if "no_rule" in article:
                rules = ["none: " + article["no_rule"]]
            rows.append((clause, article["text"], "<br>".join(rules), "<br>".join(self.stories_of(clause))))
        lines += table(["article", "words", "rules", "stories"], rows)
        return "\n".join(lines) + "\n"


def main():
    root = pathlib.Path(sys.argv[1])
    write = "--write" in sys.argv[2:]
    rules = root / "rules"
    packs = [Pack(path.parent) for path in sorted(rules.rglob("pack.yaml"))]
    pages = {pack.folder / "README.md": pack.readme() for pack in packs}
    index = table(["pack", "regulation", "source", "articles with rules", "stories", "runs"],
                  [(f"[{pack.folder.relative_to(rules)}]({pack.folder.relative_to(rules)}/README.md)", pack.head["title"],
                    pack.head["source"], len(pack.executable()), len(pack.stories), pack.runs()) for pack in packs])
    page = rules / "README.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    pages[page] = before + BEGIN + "\n\n" + "\n".join(index) + "\n\n" + END + rest.split(END)[1]
    stale = 0
    for path, wanted in pages.items():
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale += 1
        if write:
            path.write_text(wanted, encoding="utf-8")
        print(f"{path.relative_to(root)}: {'written' if write else 'stale: run tests/layers/pack_readme.py . --write'}")
    return 0 if write or stale == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
