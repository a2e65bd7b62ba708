"""What a backtest was asked, how far it is, and what came of it: a file a run, in the household.

    backtests/7f3a…/run.json        what was asked, its state, figures and curves
    backtests/7f3a…/backtest.html   the whole page, as `trimtab backtest` writes it
    backtests/7f3a…/backtest.json   and its tables, for programs

Errors: `InputError` for a run that there is not; a file that is none of ours is passed over.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from trimtab.app.text_files import write_text
from trimtab.model.errors import InputError

__all__ = [
    "FOLDER",
    "RUN_NAME",
    "BacktestAsked",
    "Curve",
    "Outcome",
    "RunState",
    "StoredRun",
    "keep_run",
    "kept_run",
    "kept_runs",
    "outcome_from",
    "remove_run",
    "run_folder",
    "stopped",
]

FOLDER, RUN_NAME = "backtests", "run.json"
_ID = re.compile(r"[a-f0-9]{16}")
RUNS_SHOWN = 100


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"
    STOPPED = "stopped"
    """The service ended before it did."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self not in (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class BacktestAsked:
    """What is to be run: policies as a person writes them, and the days; none for the usual."""

    policies: tuple[str, ...]
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A policy's wealth after liquidation tax on some days.

    Unit: base currency.
    """

    policy: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: sentences, a row of figures a policy, and curves over some days.

    Unit: as `evidence.figures`; a figure that there is not is none.
    """

    sentences: tuple[str, ...]
    figures: tuple[Mapping[str, float | str | None], ...]
    days: tuple[date, ...]
    curves: tuple[Curve, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it stands: `done` of `of` sessions over all policies, `words` for people."""

    id: str
    household: str
    person: str
    asked: BacktestAsked
    asked_at: datetime
    state: RunState = RunState.QUEUED
    done: int = 0
    of: int = 0
    words: str = ""
    ended_at: datetime | None = None
    outcome: Outcome | None = None


def run_folder(household: Path, run_id: str) -> Path:
    """Where a run lies.

    Refuses: an id that no run has.
    """
    if not _ID.fullmatch(run_id):
        raise _unknown(run_id)
    return household / FOLDER / run_id


def keep_run(household: Path, run: StoredRun) -> None:
    """Write how a run stands.

    Refuses: a folder that cannot be written.
    """
    folder = run_folder(household, run.id)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / RUN_NAME, json.dumps(asdict(run), default=str) + "\n")


def kept_run(household: Path, run_id: str) -> StoredRun:
    """The run of an id.

    Refuses: an id that none has.
    """
    found = _read(run_folder(household, run_id) / RUN_NAME)
    if found is None:
        raise _unknown(run_id)
    return found


def kept_runs(household: Path) -> tuple[StoredRun, ...]:
    """The runs of a household, the latest first."""
    folder = household / FOLDER
    if not folder.is_dir():
        return ()
    found = (_read(one / RUN_NAME) for one in folder.iterdir() if _ID.fullmatch(one.name))
    runs = [one for one in found if one is not None]
    runs.sort(key=lambda one: one.asked_at, reverse=True)
    return tuple(runs[:RUNS_SHOWN])


def remove_run(household: Path, run_id: str) -> None:
    """Take a run away with all that it left.

    Refuses: an id that none has, and a run that is not over.
    """
    run = kept_run(household, run_id)
    if not run.state.is_over:
        raise InputError(f"backtest {run_id}", f"it is {run.state.value}", "", "cancel it first")
    shutil.rmtree(run_folder(household, run_id))


def stopped(run: StoredRun) -> StoredRun:
    """A run that no process works any more."""
    words = "the service ended before it did"
    return replace(run, state=RunState.STOPPED, words=words)


def _read(path: Path) -> StoredRun | None:
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        asked = told["asked"]
        ended, outcome = told["ended_at"], told["outcome"]
        return StoredRun(
            str(told["id"]),
            str(told["household"]),
            str(told["person"]),
            BacktestAsked(
                tuple(map(str, asked["policies"])), _day(asked["start"]), _day(asked["end"])
            ),
            datetime.fromisoformat(told["asked_at"]),
            RunState(told["state"]),
            int(told["done"]),
            int(told["of"]),
            str(told["words"]),
            None if ended is None else datetime.fromisoformat(ended),
            None if outcome is None else outcome_from(outcome),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def outcome_from(told: Mapping[str, Any]) -> Outcome:
    """The outcome that `asdict` made plain."""
    curves: Sequence[Mapping[str, Any]] = told["curves"]
    return Outcome(
        tuple(map(str, told["sentences"])),
        tuple(dict(row) for row in told["figures"]),
        tuple(date.fromisoformat(day) for day in told["days"]),
        tuple(Curve(str(one["policy"]), tuple(map(float, one["values"]))) for one in curves),
        str(told["currency"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _unknown(run_id: str) -> InputError:
    return InputError(f"backtest {run_id[:40]!r}", "there is none of this id")
