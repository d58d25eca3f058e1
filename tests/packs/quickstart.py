#!/usr/bin/env python3
"""What examples/quickstart shows: the shipped log goes through the pack, every row is accounted for, one page is
written, and threads and partitions change nothing.

quickstart.py AFTERCARE SOURCE BUILD
"""

import json
import pathlib
import subprocess
import sys


def main() -> int:
    tool, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    command = [tool, "replay", str(source / "rules/appliance/air_conditioner_commitment"),
               "--log", str(source / "examples/air_conditioner/tickets.csv"),
               "--overlay", str(source / "examples/overlays/air_conditioner_commitment.overlay.yaml")]
    report, steps = build / "quickstart_report.html", []
    told = json.loads(subprocess.run(command + ["--format", "json", "--report", str(report)], check=True,
                                     capture_output=True, text=True).stdout)
    assert told["reconciles"], told
    assert told["cases"] >= 450, told["cases"]
    assert told["applied"] > 0.9 * told["rows"], told
    assert sum(clock["breached"] for clock in told["clocks"]) > 20
    page = report.read_text(encoding="utf-8")
    assert "<svg" in page and "http://" not in page.replace("http://www.w3.org/", "") and "S2-03-C11" in page
    for parts in ("1", "2", "7"):
        path = build / f"quickstart_steps_{parts}.jsonl"
        subprocess.run(command + ["--threads", "2" if parts != "1" else "1", "--partitions", parts, "--steps", str(path)],
                       check=True, capture_output=True)
        steps.append(path.read_bytes())
    assert steps[0] == steps[1] == steps[2] and steps[0].count(b"\n") >= told["applied"]
    print(f"{told['rows']} rows, {told['cases']} tickets, {len(page)} bytes of report, same steps for 1, 2 and 7 partitions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
