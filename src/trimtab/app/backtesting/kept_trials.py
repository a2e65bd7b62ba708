"""Trials that a sweep has finished, kept until it has written its results: a stopped one goes on.

A trial is kept by whoever ran it, in a file of its own under a mark of everything that it rests on,
as soon as it is done: a sweep may be stopped, or die, at any moment.  Trials of other inputs, and
files that were damaged, are simply not found, and run again.

Errors: `InputError` where a trial cannot be written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trimtab.app.backtesting.entrants import Entrant, Shared
from trimtab.app.backtesting.question import Stage
from trimtab.app.backtesting.resuming import forget
from trimtab.app.evidence.figures import CostKinds, PolicyFigures, TaxFigures
from trimtab.app.policy_choice import policy_from
from trimtab.app.text_files import write_text
from trimtab.drivers.backtest.checkpoint import mark_of
from trimtab.drivers.backtest.state_json import Reader, written
from trimtab.model.errors import InputError
from trimtab.model.mandate import PlugInChoice

__all__ = ["KeptTrials", "Trial"]

VERSION = 1
READER = Reader((PolicyFigures, CostKinds, TaxFigures))
ANY_POLICY = Entrant(PlugInChoice("hold", {}))
WITHOUT_POLICY = frozenset({"policy"})


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting: what it came to, and the daily returns of its wealth after liquidation tax.

    Shape: `returns` (T − 1,).
    """

    entrant: Entrant
    figures: PolicyFigures
    returns: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KeptTrials:
    """The finished trials of one stage; `mark` is that of the stage, `household` its folder."""

    folder: Path
    mark: str
    household: Path | None = None

    @classmethod
    def of(cls, folder: Path, stage: Stage) -> KeptTrials:
        """The trials that are kept for a stage, or will be."""
        mark = mark_of(Shared(stage).backtest(ANY_POLICY), WITHOUT_POLICY)
        return cls(folder, mark, stage.household)

    @property
    def are_there(self) -> bool:
        """Whether anything is kept, of these inputs or others."""
        return self.folder.is_dir() and any(self.folder.glob("*.json"))

    def file(self, entrant: Entrant) -> Path:
        """Where a trial lies: no other inputs have this name."""
        policy = written(policy_from(entrant.choice, self.household))
        rests_on = [VERSION, self.mark, entrant.shown, entrant.harvests, policy]
        digest = hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()
        return self.folder / f"{digest[:32]}.json"

    def find(self, entrant: Entrant) -> Trial | None:
        """The trial of an entrant; none where it was not finished, or cannot be read."""
        file = self.file(entrant)
        if not file.exists():
            return None
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            figures, returns = READER.read(kept["figures"]), np.array(kept["returns"], dtype=float)
        except (OSError, ValueError, KeyError, TypeError, InputError):
            return None
        fits = isinstance(figures, PolicyFigures) and returns.shape == (figures.sessions - 1,)
        return Trial(entrant, figures, returns) if fits else None

    def keep(self, trial: Trial) -> None:
        """Write a trial down.

        Refuses: a place that cannot be written.
        """
        state = {"figures": written(trial.figures), "returns": trial.returns.tolist()}
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.file(trial.entrant), json.dumps(state, separators=(",", ":")))

    def remove(self) -> None:
        """Remove all that is kept, once the results are written."""
        forget(self.folder)
