"""Replays a help-desk log through the help-desk pack and prints who was late, with pandas.

    PYTHONPATH=build/release/python python3 examples/python/replay_help_desk.py helpdesk.csv
"""

import sys

import aftercare


def main(log: str) -> None:
    rules = aftercare.load("rules/it_support/help_desk")
    done = aftercare.replay(rules, log, mapping="rules/it_support/help_desk/helpdesk.mapping.yaml")
    print(f"{done.summary['rows']} rows, {len(done)} tickets, totals reconcile: {done.summary['reconciles']}")
    clocks = done.clocks_frame()
    print(clocks.groupby(["clock", "state"]).size().unstack(fill_value=0))
    late = clocks[clocks.state == "breached"].sort_values("late_by", ascending=False)
    if len(late):
        worst = late.iloc[0]
        print(f"latest: {worst['case']}, {worst['clock']} by {worst.late_by} ({worst.clause})")
        print(done.explain(worst["case"], zone="Europe/Rome"))


if __name__ == "__main__":
    main(sys.argv[1])
