#!/usr/bin/env python3
"""Random cases, told in order and told out of order: clocks and entries come out the same.

    late_records.py BIN [cases [seed]]

The same happenings are given to `aftercare run` twice: once as they happened, once with half of
them recorded later. Where a clock says that it stays breached, as what would have put that right
was recorded too late for its `late_entry`, the two may differ; nowhere else.
"""
import datetime
import json
import os
import random
import re
import subprocess
import sys
import tempfile

PACK = """aftercare: 1
pack: late
source: L-1
timezone: Asia/Shanghai
currency: CNY
roles: {desk: d, boss: b}
procedure job:
  key: number
  case: {number: string, n: number}
  corrections: {by: desk}
  facts:
    opened: {opens: open, by: desk, gives: [number, n]}
    s: {by: desk}
    p: {by: desk}
    r: {by: desk}
    x: {by: desk}
    z: {by: desk}
    g: {by: desk, gives: [n]}
    ended: {by: desk}
  states:
    open: {when: {ended: over}}
    over: final
articles:
  C01:
    text: x
    calendar cal: {weekly: {mon-fri: "09:00-12:00 13:00-17:00", sat: "22:00-04:00"}}
    clock job.wall: {start: opened, stop: s, pause: p, resume: r, cancel: x or enter over, restart: z, within: 20h, late_entry: 9000h}
    clock job.short: {start: opened, stop: s, pause: p, resume: r, cancel: enter over, within: 20h, late_entry: 24h}
    clock job.never: {start: opened, stop: s, pause: p, resume: r, cancel: enter over, within: 12h}
    clock job.days: {start: opened, stop: s, pause: p, resume: r, cancel: x or enter over, within: 2wd, calendar: cal, pause_counts: touched_days, late_entry: 9000h}
    clock job.capped: {start: opened, stop: s, pause: p, resume: r, cancel: enter over, within: 8wh, calendar: cal, pause_at_most: 5wh, late_entry: 9000h}
    clock job.goal: {start: opened, stop: s, cancel: enter over, within: ceiling(n) * 1h, on_goal_change: retroactive, late_entry: 9000h}
    clock job.soon: {start: opened, stop: s, cancel: enter over, within: ceiling(n) * 1h, on_goal_change: retroactive, late_entry: 24h}
    clock job.fixed: {start: opened, stop: s, cancel: enter over, within: ceiling(n) * 1h, on_goal_change: never_earlier}
    clock job.onward: {start: opened, stop: s, pause: p, resume: r, cancel: enter over, within: ceiling(n) * 1h, on_goal_change: from_change, late_entry: 24h}
    clock job.share: {start: opened, stop: s, cancel: enter over, within: ceiling(n) * 1wh, calendar: cal, on_goal_change: proportional, late_entry: 9000h}
    clock job.anew: {start: opened, stop: s, cancel: enter over, within: ceiling(n) * 1h, on_goal_change: restart, late_entry: 24h}
    clock job.behind: {start: wall breached, stop: s, cancel: enter over, within: 5h, late_entry: 9000h}
    clock job.after: {start: capped met, stop: r, cancel: enter over, within: 7h, late_entry: 9000h}
    offence job.o1: {when: wall breached, who: boss, fine: 1 CNY}
    offence job.o2: {when: short breached, who: boss, fine: 2 CNY}
    offence job.o3: {when: never breached, who: boss, fine: 4 CNY}
    offence job.o4: {when: days breached, who: boss, fine: 8 CNY}
    offence job.o5: {when: capped breached, who: boss, fine: 16 CNY}
    offence job.o6: {when: behind breached, who: boss, fine: 32 CNY}
    offence job.o7: {when: after breached, who: boss, fine: 64 CNY}
    offence job.o8: {when: goal breached, who: boss, fine: 128 CNY}
    offence job.o9: {when: soon breached, who: boss, fine: 256 CNY}
    offence job.o10: {when: fixed breached, who: boss, fine: 512 CNY}
    offence job.o11: {when: onward breached, who: boss, fine: 1024 CNY}
    offence job.o12: {when: share breached, who: boss, fine: 2048 CNY}
"""
TOO_LATE = re.compile(r"clock (\w+) stays breached")


def written(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S")


def outcome(binary, folder, lines, until):
    with open(os.path.join(folder, "events.jsonl"), "w") as out:
        out.write("\n".join(json.dumps(line) for line in lines) + "\n")
    done = subprocess.run(
        [binary, "run", os.path.join(folder, "pack.yaml"), "--events",
         os.path.join(folder, "events.jsonl"), "--until", written(until), "--lang", "en"],
        capture_output=True, text=True)
    at = done.stdout.rfind("\n\njob/A1")
    if at < 0:
        raise SystemExit("no case came out:\n" + done.stdout[-2000:] + done.stderr[-2000:])
    clocks, fines = {}, {}
    for line in done.stdout[at:].split("\n")[3:]:
        line = re.sub(r"  \(L-.*\)$", "", line.strip())
        fine = re.match(r"fine (\S+) \S+ (-?[\d.]+) CNY", line)
        if fine:
            fines[fine.group(1)] = fines.get(fine.group(1), 0) + float(fine.group(2))
        elif line and not line.startswith("offence"):
            name, rest = line.split(" ", 1)
            clocks[name] = rest
    return clocks, {k: v for k, v in fines.items() if v}, set(TOO_LATE.findall(done.stdout))


def main():
    binary = sys.argv[1]
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rng = random.Random(seed)
    wrong = held = late = 0
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "pack.yaml"), "w") as out:
            out.write(PACK)
        for number in range(cases):
            t = datetime.datetime(2026, 3, 2, 9) + datetime.timedelta(minutes=30 * rng.randrange(30))
            told = [(t, t, {"at": written(t), "event": "opened", "by": "desk",
                            "data": {"number": "A1", "n": rng.randrange(4, 40)}})]
            for _ in range(rng.randrange(1, 6)):
                t += datetime.timedelta(minutes=30 * rng.choice([1, 2, 4, 6, 10, 16, 30, 48]))
                event = rng.choice("prspprxzggg")
                line = {"at": written(t), "event": event, "by": "desk", "key": "A1"}
                if event == "g":
                    line["data"] = {"n": rng.randrange(4, 40)}
                known = t
                if rng.random() < 0.5:
                    known += datetime.timedelta(
                        minutes=30 * rng.randrange(1, 100) + rng.randrange(1, 29))
                told.append((known, t, line))
            until = max(known for known, _, _ in told) + datetime.timedelta(
                minutes=30 * rng.randrange(0, 100) + 7)
            in_order = [line for _, _, line in told]
            later = []
            for known, at, line in sorted(told, key=lambda one: one[:2]):
                later.append(dict(line, recorded=written(known)) if known != at else line)
                late += known != at
            clocks, fines, _ = outcome(binary, folder, in_order, until)
            others, other_fines, stays = outcome(binary, folder, later, until)
            if stays:
                held += 1
                # What hangs on such a clock may differ too; the rest may not.
                free = [c for c in clocks if c not in stays]
                if all(clocks[c] == others.get(c) for c in free):
                    continue
            elif clocks == others and fines == other_fines:
                continue
            wrong += 1
            if wrong <= 5:
                print("case", number, "differs")
                for line in later:
                    print("  ", json.dumps(line))
                for name in clocks:
                    if clocks[name] != others.get(name) and name not in stays:
                        print("   %s in order: %s | got: %s" % (name, clocks[name], others.get(name)))
                print("   fines in order", fines, "got", other_fines, "stay breached", sorted(stays))
    print(f"{cases} cases, {late} late records, {held} with a clock that stays breached, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
