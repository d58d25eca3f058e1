"""Replays the shipped ticket log and prints which promises were broken, how late, and what is owed, with pandas.

    PYTHONPATH=build/release/python python3 examples/python/replay_tickets.py
"""

import pathlib

import aftercare

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main() -> None:
    rules = aftercare.load(
        ROOT / "rules/appliance/air_conditioner_commitment",
        overlays=ROOT / "examples/overlays/air_conditioner_commitment.overlay.yaml",
    )
    done = aftercare.replay(rules, ROOT / "examples/air_conditioner/tickets.csv")
    print(f"{done.summary['rows']} rows, {len(done)} tickets, totals reconcile: {done.summary['reconciles']}")

    clocks = done.clocks_frame()
    print(clocks.groupby(["clock", "state"]).size().unstack(fill_value=0))

    late = clocks[clocks.state == "breached"]
    print(late.groupby("clock").late_by.max())
    worst = late.sort_values("late_by").iloc[-1]
    print(f"latest: {worst['case']}, {worst['clock']} by {worst.late_by} ({worst.clause})")

    owed = done.entries_frame().dropna(subset=["amount"])
    print(owed[["case", "name", "subject", "amount", "currency"]])


if __name__ == "__main__":
    main()
