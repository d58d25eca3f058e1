#!/usr/bin/env python3
"""Runs what the pages show: `check_pages.py AFTERCARE SOURCE_DIR PAGE... [--write]`

Each page has a folder of its own, with copies of rules/, examples/ and rules/calendars in it.

- A block behind `<!-- file: NAME -->` is the file NAME there, and several are joined; so is a YAML block whose first line is `# NAME.yaml`,
  and one with a line `calendar: NAME` is calendars/NAME.yaml. Calendars must pass `aftercare calendar check`.
- In a console block each line `$ …` is run by bash, and what follows is what it prints; a line `…` stands for
  any lines. Exit codes are 0, or 1 where something is found. A page whose name ends in .zh.md runs in Chinese.
- The lines of a block behind `<!-- lines of FILE -->` stand in that file of the project, in this order; behind
  `<!-- lines of FILE in Chinese -->`, in what `aftercare fmt --language zh` makes of it.

--write puts into the console blocks what the commands print now, where a block does not say so already.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^(?:<!-- (file|lines of):? (\S+?)( in Chinese)? -->\n)?```(\w*)\n(.*?)^```$", re.M | re.S)
NAMED = re.compile(r"# (\S+\.yaml)\n")
CALENDAR = re.compile(r"^(?:calendar|日历): (\S+)", re.M)


def file_of(kind, name, language, text):
    """The file that a block is, or nothing."""
    if kind == "file":
        return name
    if language != "yaml" or kind:
        return None
    if named := NAMED.match(text):
        return named[1]
    calendar = CALENDAR.search(text)
    return f"calendars/{calendar[1]}.yaml" if calendar else None


def is_shown(shown, printed):
    """Does `printed` read like `shown`, in which a line … stands for any lines?"""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in shown.splitlines())
    return re.fullmatch(pattern, printed) is not None


def stand_in(lines, text):
    """The first line that does not stand in the text behind those before it."""
    at = 0
    for line in lines:
        line = " ".join(line.split())
        found = text.find(line, at)
        if found < 0:
            return line
        at = found + len(line)
    return None


class Page:
    def __init__(self, path, tool, source):
        self.path, self.tool, self.source = path, tool, source
        self.text = path.read_text(encoding="utf-8")
        self.files = self.commands = self.excerpts = 0
        self.wrong = []

    def run(self, command, folder):
        language = "zh_CN.UTF-8" if self.path.name.endswith(".zh.md") else "C.UTF-8"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
        environment.update(LANG=language, PATH=f"{self.tool.parent}:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, timeout=120)
        if done.returncode not in (0, 1):
            self.wrong.append(f"`{command}` exits with {done.returncode}")
        return (done.stdout + done.stderr).decode("utf-8", "backslashreplace")

    def console(self, block, folder):
        """The block as it would be with what its commands print."""
        out = ""
        for part in re.split(r"^(?=\$ )", block, flags=re.M):
            if not part:
                continue
            command = re.match(r"\$ ((?:.*\\\n)*.*)\n", part)
            if not command:
                self.wrong.append(f"what prints `{part.splitlines()[0]}`?")
                return block
            self.commands += 1
            shown, printed = part[command.end():], self.run(command[1], folder)
            if printed and not printed.endswith("\n"):
                printed += "\n"
            out += part[:command.end()] + (shown if is_shown(shown, printed) else printed)
        return out

    def check(self):
        """The page as it should be."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name in ("rules", "examples"):
                shutil.copytree(self.source / name, folder / name)
            shutil.copytree(self.source / "rules/calendars", folder / "calendars")
            calendars = []
            for kind, name, in_chinese, language, block in BLOCK.findall(self.text):
                if kind == "lines of":
                    self.excerpts += 1
                    whole = self.run(f"aftercare fmt --print --language zh {name}", folder) if in_chinese else (
                        self.source / name).read_text(encoding="utf-8")
                    whole = " ".join(whole.split())
                    if (line := stand_in([line for line in block.splitlines() if line.strip()], whole)) is not None:
                        self.wrong.append(f"{name} has no `{line}` there")
                elif file := file_of(kind, name, language, block):
                    self.files += 1
                    (folder / file).parent.mkdir(parents=True, exist_ok=True)
                    with (folder / file).open("a", encoding="utf-8") as out:
                        out.write(block)
                    if file.startswith("calendars/"):
                        calendars.append(file)
            if calendars:
                told = self.run("aftercare calendar check " + " ".join(calendars), folder)
                if "AC0" in told:
                    self.wrong.append(told)
            return re.sub(r"^```console\n(.*?)^```$", lambda block: f"```console\n{self.console(block[1], folder)}```",
                          self.text, flags=re.M | re.S)


def main():
    words = [word for word in sys.argv[1:] if word != "--write"]
    tool, source = pathlib.Path(words[0]).resolve(), pathlib.Path(words[1]).resolve()
    pages = [Page(pathlib.Path(word), tool, source) for word in words[2:]]
    for page in pages:
        made = page.check()
        if made != page.text:
            if "--write" in sys.argv:
                page.path.write_text(made, encoding="utf-8")
                print(f"{page.path}: written; read it")
            else:
                page.wrong.append("does not say what the commands print: run check_pages.py … --write, and read it")
        for wrong in page.wrong:
            print(f"{page.path}: {wrong}")
    count = [sum(getattr(page, what) for page in pages) for what in ("files", "commands", "excerpts")]
    print(f"{len(pages)} pages, {count[0]} files, {count[1]} commands, {count[2]} excerpts")
    return 1 if any(page.wrong for page in pages) or not count[1] else 0


if __name__ == "__main__":
    sys.exit(main())
