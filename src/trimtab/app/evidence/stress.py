"""What a scenario did to a household, in figures and in a sentence.

Errors: none; a household that is worth nothing on some day has no loss in percent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trimtab.app.backtesting.stress import Stressed
from trimtab.app.evidence.about import About
from trimtab.app.evidence.figures import daily_returns
from trimtab.app.evidence.sentences import NAME_ENDS, NAME_STARTS, plain
from trimtab.app.json_text import Json
from trimtab.app.report.words import Money, percent
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.money import ZERO

__all__ = ["StressFigures", "stress_figures", "stress_json", "stress_sentences"]

SCHEMA = 1


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


def stress_figures(stressed: Stressed, taxable: Collection[str]) -> tuple[StressFigures, ...]:
    """The figures of every policy, in the order they were asked for."""
    pairs = zip(stressed.comparison.runs, stressed.comparison.figures, strict=True)
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


def stress_sentences(
    stressed: Stressed, figures: Collection[StressFigures], money: Money
) -> tuple[str, ...]:
    """What is replayed, and what it did under each policy."""
    scenario = stressed.scenario
    opening = f"{scenario.title}, begun tomorrow."
    if scenario.story:
        opening += f" {scenario.story}"
    return (opening, *(_one(figure, money) for figure in figures))


def _one(figures: StressFigures, money: Money) -> str:
    """One policy."""
    name = f"{NAME_STARTS}{figures.policy}{NAME_ENDS}"
    if figures.loss is None:
        return f"Under {name} the household is worth nothing on some day."
    if figures.loss > -0.0005:
        opening = f"Under {name} the household never stands lower than today"
    else:
        opening = (
            f"Under {name} the household loses {percent(-figures.loss)} by session "
            f"{figures.sessions_to_bottom:,}"
        )
        back = figures.sessions_to_recovery
        if back is not None:
            opening += f" and is back by session {back:,}"
        else:
            change = figures.change_at_end or 0.0
            opening += (
                f", and stands {percent(abs(change))} {'below' if change < 0 else 'above'} "
                f"today after all {figures.sessions:,}"
            )
    trades = f"{figures.trades:,} trade{'' if figures.trades == 1 else 's'}"
    return (
        f"{opening}; {trades}, {money(figures.losses_taken)} of losses taken, "
        f"{figures.days_outside:,} days outside a band."
    )


def stress_json(
    answers: Collection[tuple[Stressed, Collection[StressFigures]]], about: About, money: Money
) -> Json:
    """All scenarios in one value, for programs."""
    return {
        "kind": "trimtab.stress",
        "schema": SCHEMA,
        "household": about.household,
        "currency": about.currency,
        "source": about.source,
        "scenarios": [_scenario_json(one, figures, money) for one, figures in answers],
    }


def _scenario_json(stressed: Stressed, figures: Collection[StressFigures], money: Money) -> Json:
    scenario = stressed.scenario
    return {
        "id": scenario.id,
        "title": scenario.title,
        "source": scenario.source,
        "sessions": scenario.sessions,
        "result": [plain(one) for one in stress_sentences(stressed, figures, money)],
        "moves_as": {
            name: {"mix": dict(one.mix), "beta": one.beta, "by": one.by}
            for name, one in stressed.moves.items()
        },
        "policies": [
            {
                "policy": one.policy,
                "loss": one.loss,
                "sessions_to_bottom": one.sessions_to_bottom,
                "sessions_to_recovery": one.sessions_to_recovery,
                "change_at_end": one.change_at_end,
                "after_liquidation_end": one.after_liquidation_end,
                "trades": one.trades,
                "losses_taken": f"{one.losses_taken:f}",
                "tax_paid": one.tax_paid,
                "days_outside": one.days_outside,
            }
            for one in figures
        ],
    }
