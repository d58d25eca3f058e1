"""Runs the page about calendars: its YAML are files, its console blocks what the tool prints.

usage: check_doc.py AFTERCARE SOURCE_DIR [--write]

A YAML block with a line `calendar: NAME` is the file NAME.yaml. In a console block each line `$ aftercare …`
is run beside these files and rules/calendars, and what follows is what it prints. --write puts there what it
prints now.
"""
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile


def main():
    tool, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    page = source / "docs" / "calendars.md"
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shutil.copytree(source / "rules" / "calendars", folder / "calendars")
        names = []
        for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S):
            name = re.search(r"^(?:calendar|日历): (\S+)", block, re.M)[1]
            (folder / "calendars" / f"{name}.yaml").write_text(block, encoding="utf-8")
            names.append(name)
        checked = subprocess.run([tool, "calendar", "check", *(f"calendars/{n}.yaml" for n in names), "--lang", "en"],
                                 cwd=folder, capture_output=True, timeout=60)
        bad = checked.returncode != 0 or b"AC0" in checked.stderr
        print((checked.stdout + checked.stderr).decode())

        def printed(block):
            out = ""
            for command in re.findall(r"^\$ (.*(?:\\\n.*)*)$", block[1], re.M):
                words = shlex.split(command.replace("\\\n", ""))
                assert words[0] == "aftercare", command
                if "--lang" not in words:
                    words += ["--lang", "en"]
                done = subprocess.run([tool, *words[1:]], cwd=folder, capture_output=True, timeout=60)
                out += f"$ {command}\n" + (done.stdout + done.stderr).decode()
            return f"```console\n{out}```"

        made = re.sub(r"^```console\n(.*?)^```$", printed, text, flags=re.M | re.S)
        (folder / "imported.yaml").unlink(missing_ok=True)
    commands = made.count("\n$ aftercare")
    if "--write" in sys.argv:
        page.write_text(made, encoding="utf-8")
    elif made != text:
        print("docs/calendars.md does not say what the tool prints; run check_doc.py … --write and read it")
        bad = True
    print(f"{len(names)} calendars, {commands} commands")
    return 1 if bad or not names or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
