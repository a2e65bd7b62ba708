"""The result of a sweep in plain words: the winner, what choosing was worth, how sure that is.

The words say what happened and what of it the search may have made.  They never say what to choose.

Errors: none.
"""

from __future__ import annotations

from math import sqrt

from trimtab.app.evidence.sentences import NAME_ENDS, NAME_STARTS
from trimtab.app.evidence.sweep_figures import SESSIONS_A_YEAR, SweepFigures
from trimtab.app.report.words import Money, percent
from trimtab.quant.performance.criteria import Criterion

__all__ = [
    "lead_sentence",
    "overfitting_sentence",
    "sharpe_sentence",
    "sweep_sentences",
]

WINS_BY = {
    Criterion.GROWTH: "grew most",
    Criterion.MEAN: "had the highest mean daily return",
    Criterion.SHARPE: "had the highest Sharpe ratio",
}


def sweep_sentences(figures: SweepFigures, money: Money) -> tuple[str, ...]:
    """The winner against the policy as it stands, and what choosing on the past would have done."""
    sweep = figures.sweep
    winner, default = sweep.winner, sweep.default
    policy = winner.entrant.choice.name
    count = len(sweep.trials)
    left = money(winner.figures.after_liquidation_end)
    years = f"from {sweep.first.year} to {sweep.dates[-1].year}"
    opening = (
        f"Of {count:,} settings of {policy}, {_named(figures.name(winner))} "
        f"{WINS_BY[sweep.terms.criterion]} {years}: {left} would be left after liquidation tax"
    )
    if count == 1:
        opening = (
            f"{_named(figures.name(winner))}, the only setting that was tried, ran {years}: {left} "
            "would be left after liquidation tax"
        )
    if winner is default:
        opening += ", with the policy as it stands."
    else:
        gap = winner.figures.after_liquidation_end - default.figures.after_liquidation_end
        side = "more" if gap >= 0 else "less"
        opening += (
            f", {money(abs(gap))} {side} than with {_named(figures.default_name)}, "
            "the policy as it stands."
        )
    return opening, _walked(figures)


def _walked(figures: SweepFigures) -> str:
    """What choosing on the past alone would have earned."""
    if figures.sweep.walk is None:
        return f"What choosing on the past would have earned cannot be said: {_why(figures)}."
    entries = {entry.name: entry.judged for entry in figures.entries}
    winner, chosen, usual, middle = (
        percent(0.0 if rate is None else rate, 2) for rate in entries.values()
    )
    over = " a year" if figures.is_annual else ""
    first, last = figures.windows[0].held_from, figures.windows[-1].held_to
    return (
        f"Nobody knew it beforehand: choosing on the past alone would have earned {chosen}{over} "
        f"after all tax from {first:%B} {first.year} to {last:%B} {last.year}, against {winner} of "
        f"the winner, {usual} of the policy as it stands and {middle} of the middle setting."
    )


def _why(figures: SweepFigures) -> str:
    return figures.sweep.why_not.rstrip(".")


def sharpe_sentence(figures: SweepFigures) -> str:
    """The deflated Sharpe ratio of the winner, in one sentence."""
    walk = figures.sweep.walk
    if walk is None:
        return ""
    deflated = walk.deflated
    luck = deflated.threshold * sqrt(SESSIONS_A_YEAR)
    return (
        f"With a chance of {percent(deflated.probability, 0)}, the winner's Sharpe ratio is more "
        f"than the {luck:.2f} a year that the luckiest of {deflated.trials:,.0f} worthless "
        "settings would show; that is mostly the return of what they all hold."
    )


def lead_sentence(figures: SweepFigures) -> str:
    """The deflated Sharpe ratio of the winner's lead, in one sentence."""
    lead = figures.lead
    if lead is None:
        return "The winner did on every day what the policy as it stands did."
    return (
        f"With a chance of {percent(lead.probability, 0)}, the winner's lead over the policy as it "
        f"stands is more than the luck of having tried {lead.trials:,.0f} settings."
    )


def overfitting_sentence(figures: SweepFigures) -> str:
    """The probability of backtest overfitting, in one sentence."""
    walk = figures.sweep.walk
    if walk is None:
        return ""
    found = walk.overfitting
    return (
        f"The days were cut into halves in {len(found.chosen):,} ways: in "
        f"{percent(found.probability, 0)} of them the setting ahead on one half was in the lower "
        "half of all settings on the other; half is what pure luck makes."
    )


def _named(setting: str) -> str:
    return f"{NAME_STARTS}{setting}{NAME_ENDS}"
