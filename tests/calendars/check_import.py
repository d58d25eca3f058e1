"""Imports the lists of holiday-cn, where they are, and compares the result with china.yaml.

usage: check_import.py AFTERCARE SOURCE_DIR [HOLIDAY_CN_DIR]      exit code 77: skipped

Both calendars are asked day by day through a calendar that extends them, and the imported file must
be read without a finding.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HOURS = 'weekly: {mon-fri: "09:00-12:00 13:00-18:00"}\n'


def main():
    tool, source = sys.argv[1], pathlib.Path(sys.argv[2])
    shared = pathlib.Path(os.environ.get("AFTERCARE_SHARED", source / ".." / "shared"))
    lists = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else shared / "calendars" / "holiday-cn"
    if not lists.is_dir():
        print("skipped: no", lists)
        return 77

    def run(*words):
        done = subprocess.run([tool, *words, "--lang", "en"], capture_output=True, timeout=60)
        if done.returncode != 0 or done.stderr:
            sys.exit(f"{words}: exit {done.returncode}\n{done.stderr.decode()}")
        return done.stdout.decode()

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        imported = run("calendar", "import", *map(str, sorted(lists.glob("*.json"))), "--name", "imported")
        (folder / "imported.yaml").write_text(imported, encoding="utf-8")
        run("calendar", "check", str(folder / "imported.yaml"))
        (folder / "theirs.yaml").write_text(
            "aftercare: 1\ncalendar: theirs\nextends: imported\n" + HOURS, encoding="utf-8")
        ours = folder / "ours.yaml"
        ours.write_text("aftercare: 1\ncalendar: ours\nextends: china\n" + HOURS, encoding="utf-8")
        china = source / "rules" / "calendars"
        (folder / "china.yaml").write_text((china / "china.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        days = differences = 0
        for year in range(2006, 2028):
            a, b = (run("calendar", "show", name, str(year), "--calendars", str(folder), "--format", "json").splitlines()
                    for name in ("theirs", "ours"))
            days += len(a)
            # The lists also name a Monday that became a workday again: what counts is when one works.
            for x, y in zip(map(json.loads, a), map(json.loads, b), strict=True):
                if any(x[key] != y[key] for key in ("date", "hours", "known")):
                    print(x, y)
                    differences += 1
        print(f"{days} days, {differences} differences; {imported.count(chr(10))} lines imported")
        return 1 if differences or days < 8000 or imported.count("make_up:") < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
