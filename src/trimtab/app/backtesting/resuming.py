"""Runs that were stopped go on: a checkpoint a policy, in a folder beside the results.

A checkpoint is written after some seconds of work, at the end of a run that took that long, and
when a run is stopped with Ctrl-C; each takes the place of the one before in one step, so that a
process may die at any moment.  It is taken up again by the same policy on the same inputs only.
What was finished is not run again.

Errors: `InputError` where a checkpoint cannot be written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic

from trimtab.app.backtesting.stopping import stop_between_sessions
from trimtab.app.text_files import write_text
from trimtab.drivers.backtest.checkpoint import as_json, resumed
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.model.errors import InputError, TrimtabError

__all__ = ["RESUME", "Checkpoints", "Standing", "forget"]

RESUME = ".resume"
"""The folder beside the results for what lets a stopped run go on."""

SAVE_SECONDS = 2.0
"""Work that may be lost; less is quicker done again than kept."""
WORK_TO_SAVING = 10
"""Time for work against time for writing it down: what takes long to write is written seldom."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a policy's earlier run stands: sessions done, and the last of them; or why it is of no
    use now."""

    policy: str
    done: int = 0
    of: int = 0
    last: date | None = None
    why_not: str = ""

    @property
    def sentence(self) -> str:
        """What becomes of it, for a reader."""
        if self.why_not:
            return f"{self.policy} starts anew: its checkpoint {self.why_not}."
        if self.done == self.of:
            return f"{self.policy} was finished before the stop."
        return f"{self.policy} goes on after {self.last}, session {self.done:,} of {self.of:,}."


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints of a comparison.

    Unit: `seconds` of work after which one is written.
    """

    folder: Path
    seconds: float = SAVE_SECONDS

    def file(self, policy: str) -> Path:
        """Where a policy's checkpoint lies; its name may hold what no file name can."""
        return self.folder / f"{hashlib.sha256(policy.encode()).hexdigest()[:16]}.json"

    def standings(
        self, policies: Iterable[str], make: Callable[[str], Backtest]
    ) -> tuple[Standing, ...]:
        """Where earlier runs of these policies stand; a checkpoint that is of no use is removed."""
        return tuple(
            self._standing(policy, make) for policy in policies if self.file(policy).exists()
        )

    def _standing(self, policy: str, make: Callable[[str], Backtest]) -> Standing:
        try:
            test = resumed(self._text(policy), make(policy))
        except TrimtabError as error:
            self.remove([policy])
            why = error.fact if isinstance(error, InputError) else "cannot be read"
            return Standing(policy, why_not=why)
        last = test.market.dates[test.sessions[test.done - 1]] if test.done else None
        return Standing(policy, test.done, len(test.sessions), last)

    def run(
        self, policy: str, make: Callable[[], Backtest], progress: Progress | None, is_patient: bool
    ) -> BacktestRun:
        """A run from where it was stopped, or from its start; checkpoints are written meanwhile.

        `is_patient` lets no second Ctrl-C hurry it, as another process wants it that is asked by
        the terminal and by the one that started it.
        """
        test = resumed(self._text(policy), make()) if self.file(policy).exists() else make()
        began = monotonic()
        due = began + self.seconds
        with stop_between_sessions(is_patient) as stop:

            def after_session(done: int, of: int) -> None:
                nonlocal due
                if progress is not None:
                    progress(done, of)
                now = monotonic()
                if stop.is_asked or now >= due:
                    self._save(policy, test)
                    saved = monotonic()
                    due = saved + max(self.seconds, WORK_TO_SAVING * (saved - now))

            run = test.run(stop.checked(after_session))
            if stop.is_asked:  # after its last session, while the run was summed up
                self._save(policy, test)
                raise KeyboardInterrupt
        if monotonic() - began >= self.seconds:
            self._save(policy, test)
        return run

    def remove(self, policies: Iterable[str]) -> None:
        """Remove the checkpoints of policies, and their folder where nothing else lies in it."""
        for policy in policies:
            self.file(policy).unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _text(self, policy: str) -> str:
        """A checkpoint's text, however long it is.

        Refuses: a file that cannot be read.
        """
        try:
            return self.file(policy).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            fact = f"cannot be read ({error})"
            raise InputError("checkpoint", fact, remedy="start the backtest anew") from None

    def _save(self, policy: str, test: Backtest) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.file(policy), as_json(test))


def forget(folder: Path) -> None:
    """Remove what a folder keeps for a run that was stopped, and each folder left empty by that,
    up to the one for all such work."""
    for file in folder.glob("*.json"):
        file.unlink(missing_ok=True)
    while folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        if folder.name == RESUME:
            return
        folder = folder.parent
