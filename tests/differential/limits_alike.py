#!/usr/bin/env python3
"""What happens around a limit comes to the same live, through a store, after what is due, and in replay.

    limits_alike.py BIN

Clocks of each kind are stopped, paused, given up and told late a second or an instant before a limit, at it and
behind it. Each case is told four ways: all events at once; kept in a store and taken out again for each event;
the same with the time of each event let pass first; as a log. Expected results stand beside the cases.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

PACK = """aftercare: 1
pack: limits
source: L-2
effective: {from: 2020-01-01}
timezone: Europe/Berlin
currency: CNY
conventions: cn
roles: {desk: d}
procedure job:
  key: number
  case: {number: string}
  facts:
    opened: {opens: open, by: desk, gives: [number]}
    stopped: {by: desk}
    held: {by: desk}
    freed: {by: desk}
    dropped: {by: desk}
    ended: {by: desk}
  states: {open: {when: {ended: over}}, over: final}
articles:
  C01:
    text: x
    calendar a: {weekly: {mon-fri: "09:00-17:00"}}
"""
# Opened on Monday 2026-03-02 at 09:00.
CLOCKS = {
    "strict": "within: 30min",
    "lenient": "within: 30min, late_entry: 24h",
    "elapsed": "within: 8wh, calendar: a",
    "deadline": "within: 8wh, calendar: a, judged_by: deadline",
    "days": "within: 2d, pause_counts: whole_days",
    "workdays": "within: 2wd, calendar: a, pause_counts: none",
    "before": "window: {from: 1d, before: 3d}, pause_counts: whole_days",
}

# events: what, when it happened, when it was recorded (none: then); late: clocks that are breached.
CASES = [
    ([("stopped", "02T09:30:00")], ["before"]),
    ([("stopped", "02T09:30:00.000001")], ["strict", "lenient", "before"]),
    ([("stopped", "02T09:29:59.999999")], ["before"]),
    ([("stopped", "02T17:00:00")], ["strict", "lenient", "before"]),
    ([("stopped", "02T17:00:00.000001")], ["strict", "lenient", "deadline", "before"]),
    ([("stopped", "03T00:00:00")], ["strict", "lenient", "deadline"]),
    ([("stopped", "02T23:59:59.999999")], ["strict", "lenient", "deadline", "before"]),
    ([("stopped", "03T09:00:00")], ["strict", "lenient", "deadline"]),
    ([("stopped", "03T09:00:00.000001")], ["strict", "lenient", "deadline", "elapsed"]),
    ([("stopped", "04T17:00:00")], ["strict", "lenient", "deadline", "elapsed"]),
    ([("stopped", "04T17:00:00.000001")], ["strict", "lenient", "deadline", "elapsed", "workdays"]),
    ([("stopped", "04T23:59:59.999999")], ["strict", "lenient", "deadline", "elapsed", "workdays"]),
    ([("stopped", "05T00:00:00")], ["strict", "lenient", "deadline", "elapsed", "workdays", "days", "before"]),
    ([], ["strict", "lenient", "deadline", "elapsed", "workdays", "days", "before"]),
    # Told late: at the limit, behind it, and at the end of the grace.
    ([("stopped", "02T09:30:00", "02T09:40:00")], ["strict", "before"]),
    ([("stopped", "02T09:30:00.000001", "02T09:40:00")], ["strict", "lenient", "before"]),
    ([("stopped", "02T09:30:00", "03T09:30:00")], ["strict", "deadline", "elapsed", "before"]),
    ([("stopped", "02T09:30:00", "03T09:30:00.000001")], ["strict", "lenient", "deadline", "elapsed", "before"]),
    # Given up at the limit, and behind it.
    ([("dropped", "02T09:30:00")], []),
    ([("dropped", "02T09:30:00.000001")], ["strict", "lenient"]),
    ([("dropped", "03T09:00:00")], ["strict", "lenient", "deadline"]),
    ([("dropped", "05T00:00:00")], ["strict", "lenient", "deadline", "elapsed", "workdays", "days", "before"]),
    # Held at the limit: nothing is left, and nothing was too late.
    # What waits has no limit; the stop before the window was none.
    ([("held", "02T09:30:00"), ("stopped", "02T12:00:00")], []),
    ([("held", "02T09:30:00"), ("freed", "02T12:00:00"), ("stopped", "02T12:00:00")], ["before"]),
    ([("held", "02T09:30:00"), ("freed", "02T12:00:00"), ("stopped", "02T12:00:00.000001")],
     ["strict", "lenient", "before"]),
    ([("held", "02T09:30:00.000001"), ("freed", "02T12:00:00"), ("stopped", "02T12:00:00")],
     ["strict", "lenient", "before"]),
    ([("held", "02T17:00:00"), ("freed", "03T12:00:00"), ("stopped", "03T12:00:00")], ["strict", "lenient"]),
    ([("held", "02T17:00:00"), ("freed", "03T12:00:00"), ("stopped", "03T12:00:00.000001")],
     ["strict", "lenient", "deadline", "elapsed"]),
    # A whole day held; stopped while it is held.
    ([("held", "03T00:00:00"), ("freed", "04T00:00:00"), ("stopped", "05T23:59:59")],
     ["strict", "lenient", "deadline", "elapsed", "workdays"]),
    ([("held", "03T00:00:00"), ("stopped", "05T10:00:00")], ["strict", "lenient", "deadline", "workdays"]),
    # A case that ends at the limit, and behind it.
    ([("ended", "02T09:30:00")], []),
    ([("ended", "02T09:30:00.000001")], ["strict", "lenient"]),
]
MONTH = "2026-03-"
END = "2026-03-20T00:00:00"


def pack():
    lines = [PACK.rstrip("\n")]
    for name, terms in CLOCKS.items():
        lines.append(f"    clock job.{name}: {{start: opened, stop: stopped, pause: held, resume: freed, "
                     f"cancel: dropped or enter over, {terms}}}")
        lines.append(f"    offence job.{name}_late: {{when: {name} breached, who: desk, fine: 1 CNY}}")
    return "\n".join(lines) + "\n"


def line_of(event):
    line = {"at": MONTH + event[1], "event": event[0], "by": "desk", "key": "A1"}
    if event[0] == "opened":
        line["data"] = {"number": "A1"}
    if len(event) > 2:
        line["recorded"] = MONTH + event[2]
    return line


class Teller:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, *words):
        done = subprocess.run([self.binary, *words, "--lang", "en"], capture_output=True, text=True)
        if done.returncode not in (0, 1) or "error" in done.stderr:
            raise SystemExit(f"{words}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def run(self, events, until, store=None):
        with open(self.path("events.jsonl"), "w") as out:
            out.writelines(json.dumps(line_of(event)) + "\n" for event in events)
        return self.call("run", self.path("pack.yaml"), "--events", self.path("events.jsonl"), "--until", until,
                         *(["--store", store] if store else []))

    @staticmethod
    def late(text):
        """The offences that stand at the end, in the picture of the case behind the steps."""
        found = text.rfind("\n\njob/A1")
        if found < 0:
            raise SystemExit("no case came out:\n" + text[-2000:])
        return sorted(line.split()[1][:-5] for line in text[found:].splitlines() if line.startswith("    offence "))

    def live(self, events):
        return self.late(self.run(events, END))

    def stored(self, events, waits):
        store = self.path("cases.db")
        for name in os.listdir(self.folder):
            if name.startswith("cases.db"):
                os.remove(self.path(name))
        text = ""
        for number, event in enumerate(events):
            recorded = MONTH + (event[2] if len(event) > 2 else event[1])
            if waits and event[0] != "opened":  # what is due by then, first
                self.run([], recorded, store)
            text = self.run([event], END if number + 1 == len(events) else recorded, store)
        return self.late(text)

    def replayed(self, events):
        with open(self.path("log.jsonl"), "w") as out:
            for event in events:
                line = {"case": "A1", "event": event[0], "at": MONTH + event[1], "role": "desk"}
                if len(event) > 2:
                    line["recorded"] = MONTH + event[2]
                out.write(json.dumps(line) + "\n")
        entries = self.path("entries.csv")
        self.call("replay", self.path("pack.yaml"), "--log", self.path("log.jsonl"), "--until", END, "--entries", entries,
                  "--threads", "1")
        with open(entries, newline="") as rows:
            rows = list(csv.DictReader(rows))
        return rows


def main():
    with tempfile.TemporaryDirectory() as folder:
        teller = Teller(sys.argv[1], folder)
        with open(teller.path("pack.yaml"), "w") as out:
            out.write(pack())
        wrong = 0
        for number, (events, late) in enumerate(CASES):
            events = [("opened", "02T09:00:00"), *events]
            said = {"live": teller.live(events), "stored": teller.stored(events, False),
                    "due first": teller.stored(events, True), "replayed": standing(teller.replayed(events))}
            for way, what in said.items():
                if what != sorted(late):
                    wrong += 1
                    print(f"case {number} {events[1:]} {way}: late should be {sorted(late)}, and is {what}")
        print(f"{len(CASES)} cases told four ways, {wrong} differ")
        return 1 if wrong else 0


def standing(rows):
    """The offences that are not withdrawn."""
    names = [row["name"][:-5] for row in rows if row.get("name", "").endswith("_late") and row["ledger"] == "offences"
             and not row.get("withdrawn")]
    return sorted(names)


if __name__ == "__main__":
    sys.exit(main())
