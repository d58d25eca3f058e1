#!/usr/bin/env python3
"""What examples/quickstart shows: the shipped log goes through the pack, every row is accounted for, one page is
written, and threads and partitions change nothing; the log is the one that `simulate` makes of its seed.

quickstart.py AFTERCARE SOURCE BUILD
"""

import collections
import csv
import json
import pathlib
import subprocess
import sys


SEED = "8"
SHARED = 26          # of the 500 tickets: about a unit that another ticket is about too


def same_steps(command: list[str], build: pathlib.Path) -> bytes:
    """The steps of a replay, which the number of threads and partitions must not change."""
    steps = []
    for threads, partitions in (("1", "1"), ("2", "2"), ("2", "7")):
        path = build / f"quickstart_steps_{partitions}.jsonl"
        subprocess.run(command + ["--threads", threads, "--partitions", partitions, "--steps", str(path)],
                       check=True, capture_output=True)
        steps.append(path.read_bytes())
    assert steps[0] == steps[1] == steps[2], command
    return steps[0]


def check_simulated(log: pathlib.Path, simulate: list[str]) -> None:
    """The log is what its seed makes, and as many tickets share a unit as it says."""
    made = subprocess.run(simulate + ["--cases", "500", "--seed", SEED], check=True, capture_output=True).stdout
    assert made == log.read_bytes(), f"simulate --seed {SEED} makes another log than {log.name}"
    tickets = collections.defaultdict(set)
    for row in csv.DictReader(made.decode().splitlines()):
        if row["case"].startswith("SN"):          # a replacement is named for its unit
            tickets[row["case"]].add("replacement")
        elif row["serial"]:
            tickets[row["serial"]].add(row["case"])
    shared = sum(len(of_unit) for of_unit in tickets.values() if len(of_unit) > 1)
    assert shared == SHARED, shared


def main() -> int:
    tool, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    log = source / "examples/air_conditioner/tickets.csv"
    rules = [str(source / "rules/appliance/air_conditioner_commitment"),
             "--overlay", str(source / "examples/overlays/air_conditioner_commitment.overlay.yaml")]
    command = [tool, "replay", *rules, "--log", str(log)]
    report = build / "quickstart_report.html"
    told = json.loads(subprocess.run(command + ["--format", "json", "--report", str(report)], check=True,
                                     capture_output=True, text=True).stdout)
    assert told["reconciles"], told
    assert told["cases"] >= 450, told["cases"]
    assert told["applied"] > 0.9 * told["rows"], told
    assert sum(clock["breached"] for clock in told["clocks"]) > 20
    page = report.read_text(encoding="utf-8")
    assert "<svg" in page and "http://" not in page.replace("http://www.w3.org/", "") and "S2-03-C11" in page
    assert same_steps(command, build).count(b"\n") >= told["applied"]
    check_simulated(log, [tool, "simulate", *rules])

    # Other logs, and tickets that meet in persons rather than in units.
    fines = [str(source / "rules/appliance/installer_liabilities"),
             "--overlay", str(source / "examples/overlays/installer_liabilities.overlay.yaml")]
    for pack, seed in ((rules, "41"), (rules, "42"), (fines, "43"), (fines, "44")):
        other = build / f"simulated_{seed}.csv"
        subprocess.run([tool, "simulate", *pack, "--cases", "300", "--seed", seed, "-o", str(other)], check=True)
        assert same_steps([tool, "replay", *pack, "--log", str(other)], build)
    print(f"{told['rows']} rows, {told['cases']} tickets, {len(page)} bytes of report; five logs, same steps for 1, 2 and "
          "7 partitions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
