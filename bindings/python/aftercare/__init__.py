"""aftercare: rules and workflow for after-sales cases.

    import aftercare
    rules = aftercare.load("rules/it_support/help_desk")
    done = aftercare.replay(rules, "tickets.csv", mapping="helpdesk.mapping.yaml")
    done.clocks_frame().query("state == 'breached'")

Numbers are decimal.Decimal, amounts Money, instants aware datetimes. Naive datetimes and floats are
refused: neither says what is meant.
"""

from __future__ import annotations

import os as _os
import typing as _typing
from decimal import Decimal

__all__ = ["CheckError", "Engine", "Error", "Money", "Replay", "Rulebook", "check", "load", "replay", "version"]


class Error(Exception):
    """A failure of the world: `code` says which, `retryable` whether trying again helps."""

    def __init__(self, message: str, code: str = "invalid_argument", retryable: bool = False):
        super().__init__(message)
        self.code = code
        self.retryable = retryable


class CheckError(Error):
    """A pack, overlay or mapping does not check; `diagnostics` has every finding with its place."""

    def __init__(self, message: str, diagnostics: list):
        super().__init__(message, "invalid_argument", False)
        self.diagnostics = diagnostics


class Money(_typing.NamedTuple):
    """An exact amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


from ._core import Engine, Rulebook, version  # noqa: E402
from . import _core  # noqa: E402

_Path = _typing.Union[str, "_os.PathLike[str]"]


def _paths(paths) -> list:
    if isinstance(paths, (str, _os.PathLike)):
        paths = [paths]
    return [_os.fspath(path) for path in paths]


def check(paths, overlays=()):
    """Checks packs: (Rulebook or None, findings). Findings are dicts with code, file, line, column, message."""
    return _core.check(_paths(paths), _paths(overlays))


def load(paths, overlays=()) -> Rulebook:
    """Checks packs and gives the Rulebook; raises CheckError with all findings where one is an error."""
    return _core.load(_paths(paths), _paths(overlays))


class Replay:
    """What a log came to. `summary` is a dict of totals; the frames need pandas."""

    def __init__(self, core):
        self._core = core
        self.summary = core.summary

    def __len__(self) -> int:
        return len(self._core)

    def case(self, case) -> dict:
        """A case by index, id or key."""
        return self._core.case(self._index(case))

    def explain(self, case, zone: str = "", language: str = "en") -> str:
        """Why each step of a case went as it did, with clauses."""
        return self._core.explain(self._index(case), zone, language)

    def cases_frame(self):
        """One row a case: id, key, procedure, state, final, steps, opened, closed."""
        import pandas

        columns = ["id", "key", "procedure", "state", "final", "steps", "opened", "closed"]
        rows = [{name: view[name] for name in columns} for view in self._views()]
        return pandas.DataFrame(rows, columns=columns)

    def clocks_frame(self):
        """One row a clock of a case: case, clock, state, started, due, ended, late_by, clause."""
        import pandas

        columns = ["case", "clock", "state", "started", "due", "ended", "late_by", "clause"]
        rows = []
        for view in self._views():
            for clock in view["clocks"]:
                rows.append({"case": view["id"], **{name: clock[name] for name in columns[1:]}})
        return pandas.DataFrame(rows, columns=columns)

    def entries_frame(self):
        """One row an entry of a ledger: offences, amounts (Decimal) with their currency, findings."""
        import pandas

        rows = []
        for entry in self._core.entries():
            amount = entry.pop("amount")
            entry["amount"] = amount.amount if amount is not None else None
            entry["currency"] = amount.currency if amount is not None else None
            rows.append(entry)
        return pandas.DataFrame(rows)

    def _views(self):
        return (self._core.case(index) for index in range(len(self._core)))

    def _index(self, case) -> int:
        if isinstance(case, int):
            return case
        index = self._core.find(case)
        if index is None:
            raise KeyError(case)
        return index


def replay(rules: Rulebook, log: _Path, mapping: _Path = "", threads: int = 1, progress=None,
           registers: _Path = "", until=None) -> Replay:
    """Replays a .csv or .jsonl log. `progress(done, all)` is called now and then. `registers`: a folder of
    CSV files or an SQLite file; without, what overlays say. `until`: time passes up to this instant."""
    return Replay(_core.replay(rules, _os.fspath(log), _os.fspath(mapping), threads, progress,
                               _os.fspath(registers), until))
