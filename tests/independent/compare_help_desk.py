#!/usr/bin/env python3
"""Compares `aftercare replay` of the real help-desk log with help_desk_totals.py, number by number.

compare_help_desk.py AFTERCARE SOURCE: prints what was compared; exit code 1 where a number differs.
Says "skipped" where the log is absent.
"""

import json
import os
import pathlib
import subprocess
import sys
from datetime import datetime


def main() -> int:
    tool, source = sys.argv[1], pathlib.Path(sys.argv[2])
    shared = pathlib.Path(os.environ.get("AFTERCARE_SHARED", source.parent / "shared"))
    log = shared / "logs/helpdesk.csv"
    if not log.exists():
        print(f"skipped: {log.name} is not beside the project")
        return 0
    pack = source / "rules/it_support/help_desk"
    replayed = json.loads(subprocess.run([tool, "replay", str(pack), "--log", str(log), "--format", "json"],
                                         check=True, capture_output=True, text=True).stdout)
    counted = json.loads(subprocess.run([sys.executable, str(source / "tests/independent/help_desk_totals.py"), str(log)],
                                        check=True, capture_output=True, text=True).stdout)
    pairs = [("rows", replayed["rows"], counted["rows"]),
             ("tickets", replayed["cases"], counted["tickets"]),
             ("reconciles", replayed["reconciles"], True),
             ("rows that went in", replayed["applied"] + replayed["unexpected"], counted["rows"])]
    clocks = {clock["clock"]: clock for clock in replayed["clocks"]}
    for name, expected in counted["clocks"].items():
        for key in ("met", "breached", "running", "paused", "cancelled", "idle", "breaches"):
            pairs.append((f"{name} {key}", clocks[name][key], expected[key]))
        pairs.append((f"{name} worst, microseconds", clocks[name]["worst_late_micros"],
                      round(expected["worst"]["seconds"] * 1_000_000)))
        pairs.append((f"{name} worst ticket", clocks[name]["worst_case"].split("/")[-1], expected["worst"]["ticket"]))
        pairs.append((f"{name} worst was done", clocks[name]["worst_is_done"], expected["worst"]["done"]))
        for edge, got, count in zip(expected["late"], clocks[name]["late"], expected["late"].values()):
            pairs.append((f"{name} late {edge}", got, count))
    pairs.append(("the latest tickets", [ticket.split("/")[-1] for ticket in replayed["worst"]], counted["latest"]))
    pairs.append(("the last instant", datetime.fromisoformat(replayed["last"]), datetime.fromisoformat(counted["last_instant"])))
    rules = {rule["name"]: rule["count"] for rule in replayed["rules"]}
    pairs.append(("reopenings", rules.get("reopenings", 0), counted["reopenings"]))
    findings = sum(rule["count"] for rule in replayed["rules"] if rule["kind"] == "finding")
    pairs.append(("resolved before a seriousness was assigned", findings, counted["resolved_before_seriousness"]))
    wrong = 0
    for what, got, expected in pairs:
        if got != expected:
            wrong += 1
            print(f"{what}: replay says {got}, counted {expected}")
    print(f"{len(pairs)} numbers compared, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
