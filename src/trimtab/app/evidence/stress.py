"""What a scenario did to a household, in sentences and as JSON.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Collection

from trimtab.app.backtesting.stress import Stressed
from trimtab.app.evidence.about import About
from trimtab.app.evidence.sentences import NAME_ENDS, NAME_STARTS, plain
from trimtab.app.evidence.stress_figures import StressFigures
from trimtab.app.json_text import Json
from trimtab.app.report.words import Money, percent

__all__ = ["stress_json", "stress_sentences"]

SCHEMA = 1


def stress_sentences(stressed: Stressed, money: Money) -> tuple[str, ...]:
    """What is replayed, and what it did under each policy."""
    scenario = stressed.scenario
    opening = f"{scenario.title}, begun tomorrow."
    if scenario.story:
        opening += f" {scenario.story}"
    return (opening, *(_one(figure, money) for figure in stressed.figures))


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


def stress_json(answers: Collection[Stressed], about: About, money: Money) -> Json:
    """All scenarios in one value, for programs."""
    return {
        "kind": "trimtab.stress",
        "schema": SCHEMA,
        "household": about.household,
        "currency": about.currency,
        "source": about.source,
        "scenarios": [_scenario_json(one, money) for one in answers],
    }


def _scenario_json(stressed: Stressed, money: Money) -> Json:
    scenario = stressed.scenario
    return {
        "id": scenario.id,
        "title": scenario.title,
        "source": scenario.source,
        "sessions": scenario.sessions,
        "result": [plain(one) for one in stress_sentences(stressed, money)],
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
            for one in stressed.figures
        ],
    }
