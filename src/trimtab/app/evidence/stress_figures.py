"""What a scenario did to a household, in figures.

Errors: none; a household that is worth nothing on some day has no loss in percent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.figures import daily_returns
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.money import ZERO

__all__ = ["StressFigures", "stress_figures"]


@dataclass(frozen=True, slots=True)
class StressFigures:
    """One policy in one scenario.

    Unit: `loss` a negative fraction of today's value, flows and taxes taken out, at the lowest
    close; `sessions_to_bottom` from today, 0 where it never fell; `sessions_to_recovery` from
    today until it stood at today's value again, `None` where it did not; `losses_taken` dollars of
    losses realised in taxable accounts and not disallowed, positive.
    """

    policy: str
    loss: float | None
    sessions_to_bottom: int
    sessions_to_recovery: int | None
    change_at_end: float | None
    after_liquidation_end: float
    trades: int
    losses_taken: Decimal
    tax_paid: float
    days_outside: int
    sessions: int


def stress_figures(comparison: Comparison, taxable: Collection[str]) -> tuple[StressFigures, ...]:
    """The figures of every policy, in the order they were asked for; `taxable` names accounts."""
    pairs = zip(comparison.runs, comparison.figures, strict=True)
    found = []
    for run, figures in pairs:
        worth = _worth(run)
        bottom = 0 if worth is None else int(worth.argmin())
        found.append(
            StressFigures(
                policy=run.policy,
                loss=None if worth is None else float(worth[bottom]) - 1.0,
                sessions_to_bottom=bottom,
                sessions_to_recovery=_recovery(worth, bottom),
                change_at_end=None if worth is None else float(worth[-1]) - 1.0,
                after_liquidation_end=figures.after_liquidation_end,
                trades=figures.trades,
                losses_taken=_losses_taken(run, taxable),
                tax_paid=figures.taxes.paid,
                days_outside=figures.days_outside,
                sessions=figures.sessions - 1,
            )
        )
    return tuple(found)


def _worth(run: BacktestRun) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """What a dollar of today was worth at each close, today's first.

    Shape: (T,).
    """
    returns = daily_returns(run.daily.value, run.daily.flow - run.daily.tax_paid)
    if returns is None:
        return None
    return np.concatenate([[1.0], np.cumprod(1.0 + returns)])


def _recovery(
    worth: np.ndarray[tuple[int], np.dtype[np.float64]] | None, bottom: int
) -> int | None:
    if worth is None:
        return None
    back = np.flatnonzero(worth[bottom:] >= 1.0)
    return bottom + int(back[0]) if len(back) else None


def _losses_taken(run: BacktestRun, taxable: Collection[str]) -> Decimal:
    """Losses realised in taxable accounts, less what wash sales disallowed of them."""
    taken = ZERO
    for fill in run.fills:
        if fill.account not in taxable:
            continue
        for sale in fill.lots:
            if sale.gain is not None and sale.gain < 0:
                taken += -sale.gain - sale.disallowed
    return taken
