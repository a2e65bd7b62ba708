"""The common backtest problems, read from their folder: closes, targets, cost and rule.

Errors: `MissingData` with one sentence where the folder or a file of it is not there.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from trimtab.quant.simulate.rules import Period, Rules, calendar, first_days, threshold

__all__ = ["BacktestData", "MissingData", "Problem", "Sweep", "load"]

Floats = npt.NDArray[np.float64]

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "backtest"


class MissingData(Exception):  # noqa: N818  (said to the user, not a defect)
    """The problems are not where they were looked for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule over one history; day 0 is the first purchase.

    Shape: `days` (T,), `closes` (T, N), `targets` (N,).
    """

    name: str
    instruments: tuple[str, ...]
    days: npt.NDArray[np.datetime64]
    closes: Floats
    targets: Floats
    cost: float
    start_value: float
    period: Period | None
    """The calendar, where the rule is one."""
    band: float | None
    """The absolute band, where the rule is a threshold looked at daily."""

    def rules(self) -> Rules:
        """The problem's rule as the simulator takes it."""
        if self.period is not None:
            return calendar(first_days(self.days, self.period))
        return threshold(self.band)


@dataclass(frozen=True, slots=True)
class Sweep:
    """P4: thresholds × looks every so many days, over P1's history."""

    thresholds: tuple[float, ...]
    every: tuple[int, ...]

    def rules(self) -> Rules:
        """All pairs, the thresholds outermost."""
        return threshold(
            np.repeat(self.thresholds, len(self.every)), np.tile(self.every, len(self.thresholds))
        )


@dataclass(frozen=True, slots=True)
class BacktestData:
    """All problems, and where they came from."""

    folder: Path
    problems: tuple[Problem, ...]
    sweep: Sweep

    def problem(self, name: str) -> Problem:
        """The problem of that name."""
        return next(problem for problem in self.problems if problem.name == name)


def load(folder: Path | None = None) -> BacktestData:
    """Read P1 to P4 from a folder, `../shared/backtest` beside the checkout if none is named."""
    place = folder or DEFAULT
    files = ["p1.json", "p2.json", "p3.json", "p4.json", "p1.parquet", "p3.parquet"]
    gone = [name for name in files if not (place / name).is_file()]
    if gone:
        raise MissingData(
            f"the problems are not in {place} (no {', '.join(gone)}); name their folder with --data"
        )
    sweep = json.loads((place / "p4.json").read_text(encoding="utf-8"))
    problems = tuple(
        _problem(place, name, prices) for name, prices in (("p1", "p1"), ("p2", "p1"), ("p3", "p3"))
    )
    return BacktestData(place, problems, Sweep(tuple(sweep["thresholds"]), tuple(sweep["every"])))


def _problem(folder: Path, name: str, prices: str) -> Problem:
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    instruments = tuple(facts["targets"])
    table = pq.read_table(folder / f"{prices}.parquet")
    return Problem(
        name=name.upper(),
        instruments=instruments,
        days=table["date"].to_numpy().astype("datetime64[D]"),
        closes=np.column_stack([table[one].to_numpy() for one in instruments]),
        targets=np.array([facts["targets"][one] for one in instruments]),
        cost=facts["cost"],
        start_value=facts["init"],
        period=Period(facts["calendar"]) if "calendar" in facts else None,
        band=facts.get("band"),
    )
