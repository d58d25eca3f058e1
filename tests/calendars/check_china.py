"""Compares rules/calendars/china.yaml day by day with the lists of holiday-cn, where they are.

usage: check_china.py SOURCE_DIR [HOLIDAY_CN_DIR]      exit code 77: skipped
"""
import datetime
import json
import os
import pathlib
import re
import sys

RANGE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?")


def days(text):
    for first, last in RANGE.findall(text):
        day = datetime.date.fromisoformat(first)
        end = datetime.date.fromisoformat(last or first)
        while day <= end:
            yield day
            day += datetime.timedelta(1)


def read(path):
    """{date: is it off}; a day off comes before a make-up day, as in the engine."""
    off, make_up, section = set(), set(), None
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text in ("holidays:", "make_up:"):
            section = text[:-1]
        elif re.match(r"(- )?(source|known_at|known_from|known_until|amended|\d{4})\b[^-]*:", text):
            section = None
        elif section == "holidays":
            off.update(days(text))
        elif section == "make_up":
            make_up.update(days(text))
    return {day: day in off for day in off | make_up}


def main():
    source = pathlib.Path(sys.argv[1])
    shared = pathlib.Path(os.environ.get("AFTERCARE_SHARED", source / ".." / "shared"))
    lists = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else shared / "calendars" / "holiday-cn"
    if not lists.is_dir():
        print("skipped: no", lists)
        return 77
    ours = read(source / "rules" / "calendars" / "china.yaml")
    theirs = {}
    for path in sorted(lists.glob("*.json")):
        for day in json.loads(path.read_text(encoding="utf-8"))["days"]:
            theirs[datetime.date.fromisoformat(day["date"])] = day["isOffDay"]
    differences = 0
    day, end = datetime.date(2006, 12, 1), datetime.date(2026, 12, 31)
    while day <= end:
        usual = day.weekday() >= 5
        if ours.get(day, usual) != theirs.get(day, usual):
            print(day, "ours: off" if ours.get(day, usual) else "ours: work", "differs from the list")
            differences += 1
        day += datetime.timedelta(1)
    print(f"{len(ours)} days of ours, {len(theirs)} of the lists, {differences} differences")
    return 1 if differences or len(ours) < 600 else 0


if __name__ == "__main__":
    sys.exit(main())
