#!/usr/bin/env python3
"""What became of the tickets of the help-desk log, worked out from the CSV alone.

Nothing of aftercare is used: its replay of the same log is compared with these numbers, one by one.

The promises (rules/it_support/help_desk): working hours are Monday to Friday 09:00 to 18:00 of Rome,
without holidays. A ticket is opened by its first row. It is taken in charge within 4 working hours of
the opening and resolved within 45, where time from a `Wait` row to the ticket's next row does not
count. It is closed within 30 days of its last resolution, the day of the resolution not counted. Its
first `Closed` row ends a ticket; without one it is judged at the last instant of the log. How late a
promise was is measured by the clock on the wall up to the row that kept it, to the ticket's end, or
to the last instant of the log.
"""

import csv
import json
import sys
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
BEGINS, ENDS = time(9), time(18)
TAKE, RESOLVE = timedelta(hours=4), timedelta(hours=45)
CLOSE_DAYS = 30
ZERO = timedelta(0)
LATE = {"1 h": timedelta(hours=1), "4 h": timedelta(hours=4), "1 d": timedelta(days=1), "3 d": timedelta(days=3),
        "1 w": timedelta(weeks=1), "4 w": timedelta(weeks=4), "more": timedelta.max}
latest = {}  # ticket: how late its latest promise was


def shifts(begin, end):
    """The working time between two instants, as (begin, end) in UTC, one piece a day."""
    day = begin.astimezone(ROME).date()
    last = end.astimezone(ROME).date()
    while day <= last:
        if day.weekday() < 5:
            opens = datetime.combine(day, BEGINS, ROME).astimezone(timezone.utc)
            closes = datetime.combine(day, ENDS, ROME).astimezone(timezone.utc)
            if max(opens, begin) < min(closes, end):
                yield max(opens, begin), min(closes, end)
        day += timedelta(days=1)


def worked(spans, end):
    """Working time within the spans up to an instant."""
    total = ZERO
    for begin, stop in spans:
        if begin < end:
            total += sum((b - a for a, b in shifts(begin, min(stop, end))), ZERO)
    return total


def used_up_at(spans, goal):
    """The instant at which so much working time of the spans has gone by.

    Where that is at a closing and the ticket waits before the desk opens again, nothing was late while
    it waited: the limit is the opening after the wait.
    """
    left = goal
    for begin, stop in spans:
        for a, b in shifts(begin, stop):
            if left == ZERO or b - a > left:
                return a + left
            left -= b - a
            if left == ZERO and not worked([(b, stop)], stop):
                break  # the wait comes before more work
            if left == ZERO:
                return b
    raise ValueError("never used up")


class Clock:
    """How the tickets fared under one promise, by its last cycle."""

    def __init__(self):
        self.states = dict.fromkeys(["met", "breached", "running", "paused", "cancelled", "idle"], 0)
        self.breaches = 0
        self.worst = None
        self.late_by = dict.fromkeys(LATE, 0)

    def count(self, state):
        self.states[state] += 1

    def late(self, by, ticket, done):
        seconds = by.total_seconds()
        if self.worst is None or seconds > self.worst["seconds"]:
            self.worst = {"seconds": seconds, "ticket": ticket, "done": done}
        self.late_by[next(edge for edge, most in LATE.items() if by <= most)] += 1
        latest[ticket] = max(latest.get(ticket, ZERO), by)

    def told(self):
        return {**self.states, "breaches": self.breaches, "worst": self.worst, "late": self.late_by}


def quantity(clock, ticket, spans, goal, stop, end, is_closed, is_paused):
    """A promise in working time: `stop` is its row or none, `end` the last instant it is judged at."""
    until = stop["at"] if stop else end
    if worked(spans, until) > goal:
        clock.count("breached")
        clock.breaches += 1
        clock.late(until - used_up_at(spans, goal), ticket, stop is not None)
    elif stop:
        clock.count("met")
    elif is_closed:
        clock.count("cancelled")
    else:
        clock.count("paused" if is_paused else "running")


def limit_of_closing(resolution):
    """24:00 of the last day, as an instant: it is itself too late."""
    last = resolution.astimezone(ROME).date() + timedelta(days=CLOSE_DAYS)
    return datetime.combine(last + timedelta(days=1), time(0), ROME).astimezone(timezone.utc)


def main(path):
    tickets = {}
    rows = 0
    last = None
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["end_timestamp"]).replace(tzinfo=timezone.utc)
            tickets.setdefault(row["caseid"], []).append(
                {"task": row["task"], "user": row["user"], "at": at})
            rows += 1
            last = at if last is None else max(last, at)

    order = {ticket: number for number, ticket in enumerate(tickets)}
    taking, resolution, closing = Clock(), Clock(), Clock()
    after_closed = reopenings = reopened_tickets = unrated = resolved_tickets = closed_tickets = 0

    for ticket, log in tickets.items():
        log.sort(key=lambda row: row["at"])  # stable: rows of one instant keep the order of the file
        tasks = [row["task"] for row in log]
        is_closed = "Closed" in tasks
        if is_closed:
            after_closed += len(log) - tasks.index("Closed") - 1
            log = log[:tasks.index("Closed") + 1]
            closed_tickets += 1
        opened = log[0]["at"]
        end = log[-1]["at"] if is_closed else last
        first = {}
        for row in log:
            first.setdefault(row["task"], row)

        quantity(taking, ticket, [(opened, end)], TAKE, first.get("Take in charge ticket"), end,
                 is_closed, False)

        spans, since = [], opened
        for row in log:
            if since is None and row["task"] != "Wait":
                since = row["at"]
            if since is not None and row["task"] == "Wait":
                spans.append((since, row["at"]))
                since = None
        if since is not None:
            spans.append((since, end))
        quantity(resolution, ticket, spans, RESOLVE, first.get("Resolve ticket"), end, is_closed,
                 since is None)

        resolutions = [row["at"] for row in log if row["task"] == "Resolve ticket"]
        resolved_tickets += bool(resolutions)
        if not resolutions:
            closing.count("idle")
        for i, resolved in enumerate(resolutions):
            limit = limit_of_closing(resolved)
            is_last = i + 1 == len(resolutions)
            until = end if is_last else resolutions[i + 1]
            is_late = until >= limit
            closing.breaches += is_late
            if is_last:
                closing.count("breached" if is_late else "met" if is_closed else "running")
                if is_late:
                    closing.late(end - limit, ticket, is_closed)

        times, is_resolved = 0, False
        for row in log:
            if row["task"] == "Resolve ticket":
                is_resolved = True
            elif row["task"] != "Closed" and is_resolved:
                is_resolved = False
                times += 1
        reopenings += times
        reopened_tickets += times > 0

        if resolutions:
            before = [row["task"] for row in log]
            unrated += "Assign seriousness" not in before[:before.index("Resolve ticket")]

    json.dump({
        "rows": rows,
        "tickets": len(tickets),
        "closed_tickets": closed_tickets,
        "resolved_tickets": resolved_tickets,
        "rows_after_closed": after_closed,
        "last_instant": last.isoformat(),
        "clocks": {
            "taking": taking.told(),
            "resolution": resolution.told(),
            "closing": closing.told(),
        },
        "latest": sorted(latest, key=lambda ticket: (-latest[ticket], order[ticket]))[:10],
        "reopenings": reopenings,
        "reopened_tickets": reopened_tickets,
        "resolved_before_seriousness": unrated,
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: help_desk_totals.py LOG.csv")
    main(sys.argv[1])
