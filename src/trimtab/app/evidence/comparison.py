"""Several policies over one history: who ended where, and whether the distance is more than chance.

Every policy meets the same days, so the question is a paired one: the days are drawn again in
blocks, the same for both of a pair (common random numbers), and the yearly after-tax return of each
policy less that of the first is computed each time.  How long blocks are is the pair's own matter,
so that its interval is the same whoever else is compared.  An interval that holds zero is a
difference that another run of the same luck could have turned round.

Errors: no run, two runs of one name, and runs over different days are `InputError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.figures import PolicyFigures, daily_returns, figures_of
from trimtab.app.evidence.unseen import OutOfSample, out_of_sample
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError
from trimtab.quant.performance.bootstrap import PairedDifference, bootstrap

__all__ = ["AS_USUAL", "Comparison", "Difference", "Drawing", "RankBy", "compare"]

Floats = npt.NDArray[np.float64]

DAYS_MIN = 60
"""Fewer daily returns say nothing about chance."""


class RankBy(StrEnum):
    """What policies are put in order by."""

    AFTER_LIQUIDATION = "after_liquidation"
    AFTER_TAX = "after_tax"
    VALUE = "value"
    TRACKING_ERROR = "tracking_error"
    DRAWDOWN = "drawdown"
    VOLATILITY = "volatility"
    TURNOVER = "turnover"
    COST = "cost"
    TAX = "tax"

    @property
    def words(self) -> str:
        """The figure in words."""
        return _RANKINGS[self][0]


_RANKINGS: dict[RankBy, tuple[str, Callable[[PolicyFigures], float | None], bool]] = {
    RankBy.AFTER_LIQUIDATION: (
        "wealth after liquidation tax",
        lambda figures: figures.after_liquidation_end,
        True,
    ),
    RankBy.AFTER_TAX: ("wealth after tax owed", lambda figures: figures.after_tax_end, True),
    RankBy.VALUE: ("value", lambda figures: figures.value_end, True),
    RankBy.TRACKING_ERROR: ("tracking error", lambda figures: figures.tracking_error, False),
    RankBy.DRAWDOWN: ("deepest drawdown", lambda figures: figures.drawdown_max, True),
    RankBy.VOLATILITY: ("volatility", lambda figures: figures.volatility, False),
    RankBy.TURNOVER: ("turnover", lambda figures: figures.turnover, False),
    RankBy.COST: ("cost", lambda figures: float(figures.costs.total), False),
    RankBy.TAX: ("tax", lambda figures: figures.taxes.total, False),
}
"""Its words, the figure, and whether more of it comes first."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How days are drawn again; of no draws, where the days are made up, nothing is said of chance.

    Unit: `block` the mean number of sessions that stay together, `None` as long as the returns of a
    pair remember; `confidence` a fraction.
    """

    draws: int = 2_000
    block: float | None = None
    seed: int = 1
    confidence: float = 0.95


AS_USUAL = Drawing()


@dataclass(frozen=True, slots=True)
class Difference:
    """A policy against the first one.

    Unit: `wealth` dollars after liquidation tax at the end; `yearly`, `low` and `high` fractions of
    one a year: the difference of their yearly after-liquidation returns, and its interval;
    `p_value` how often chance alone makes one as large; `block` the mean number of sessions that
    stayed together where days were drawn again.
    """

    policy: str
    against: str
    wealth: float
    yearly: float
    low: float
    high: float
    p_value: float
    block: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of several policies over one history, in the order they were asked for.

    `differences` are against the first and leave it out; they are missing where there are too few
    days, or a policy lost everything.
    """

    runs: tuple[BacktestRun, ...]
    figures: tuple[PolicyFigures, ...]
    differences: tuple[Difference, ...]
    ranked_by: RankBy
    drawing: Drawing

    @property
    def first(self) -> PolicyFigures:
        """The policy that the others are held against."""
        return self.figures[0]

    @property
    def unseen(self) -> OutOfSample | None:
        """The days that no learned policy has seen in its training, where it has seen some."""
        return out_of_sample(self.runs)

    @property
    def ranking(self) -> tuple[PolicyFigures, ...]:
        """The figures in the order of `ranked_by`; those without that figure come last."""
        _, figure, more_first = _RANKINGS[self.ranked_by]

        def place(figures: PolicyFigures) -> tuple[bool, float]:
            value = figure(figures)
            return value is None, (0.0 if value is None else -value if more_first else value)

        return tuple(sorted(self.figures, key=place))

    @property
    def ranked_differences(self) -> tuple[Difference, ...]:
        """The differences, the largest first."""
        return tuple(sorted(self.differences, key=lambda one: -one.yearly))

    def difference(self, policy: str) -> Difference | None:
        """A policy against the first one, where it could be computed."""
        return next((one for one in self.differences if one.policy == policy), None)


def compare(
    runs: Sequence[BacktestRun],
    ranked_by: RankBy = RankBy.AFTER_LIQUIDATION,
    drawing: Drawing = AS_USUAL,
) -> Comparison:
    """Hold runs over the same days against the first of them.

    Refuses: no run, a policy named twice, and runs over different days.
    """
    _check(runs)
    figures = tuple(figures_of(run) for run in runs)
    differences = _differences(runs, figures, drawing) if len(runs) > 1 else ()
    return Comparison(tuple(runs), figures, differences, ranked_by, drawing)


def _check(runs: Sequence[BacktestRun]) -> None:
    if not runs:
        raise InputError("comparison", "there is no run", remedy="name at least one policy")
    names = [run.policy for run in runs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"policy {twice[0]!r}",
            f"it is there {names.count(twice[0])} times",
            "policies are told apart by name",
            "give each set of parameters a name of its own",
        )
    days = runs[0].daily.dates
    for run in runs[1:]:
        if run.daily.dates != days:
            raise InputError(
                f"policy {run.policy!r}",
                f"its run has {_span(run)}",
                f"{names[0]!r} has {_span(runs[0])}",
                "run all policies over the same days",
            )


def _span(run: BacktestRun) -> str:
    days = run.daily.dates
    return f"{len(days)} sessions, {days[0]} to {days[-1]}" if days else "no session"


def _differences(
    runs: Sequence[BacktestRun], figures: Sequence[PolicyFigures], drawing: Drawing
) -> tuple[Difference, ...]:
    """Each policy after the first against it; none where returns are missing or too few."""
    found = [daily_returns(run.daily.after_liquidation, run.daily.flow) for run in runs]
    columns = [one for one in found if one is not None]
    if not drawing.draws or len(columns) != len(runs) or len(columns[0]) < DAYS_MIN:
        return ()
    years = max(figures[0].years, 1.0)  # a rate over less than a year is not made a yearly one
    opening = runs[0].daily
    kept = float(opening.after_liquidation[0] / opening.value[0])

    def rate(daily: Floats) -> Floats:
        """From the full first value, as `after_liquidation_return`, to what is left at last."""
        return np.asarray((kept * np.prod(1.0 + daily, axis=0)) ** (1.0 / years) - 1.0)

    def against_first(at: int) -> Difference:
        """One pair, drawn by itself: chance begins anew, and blocks are as long as it remembers."""
        drawn = bootstrap(
            np.column_stack([columns[0], columns[at]]),
            rate,
            np.random.default_rng(drawing.seed),
            resamples=drawing.draws,
            block=drawing.block,
        )
        found = drawn.difference(1, 0, drawing.confidence)
        return _difference(figures[0], figures[at], found, drawn.block)

    return tuple(against_first(at) for at in range(1, len(runs)))


def _difference(
    first: PolicyFigures, other: PolicyFigures, found: PairedDifference, block: float
) -> Difference:
    return Difference(
        policy=other.policy,
        against=first.policy,
        wealth=other.after_liquidation_end - first.after_liquidation_end,
        yearly=found.interval.estimate,
        low=found.interval.low,
        high=found.interval.high,
        p_value=found.p_value,
        block=block,
    )
