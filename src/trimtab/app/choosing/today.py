"""What another policy would change in today's decision.

Both policies are asked about the same household on the same day, each by a full cycle, so that the
figures are those that `trimtab plan` shows.

Errors: none of its own; a day on which nothing can be decided says why instead of figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from trimtab.app.household import LoadedHousehold
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Decision, Verdict
from trimtab.model.snapshots import Side

__all__ = ["Today", "TodayLine", "line_of", "today_of"]


@dataclass(frozen=True, slots=True)
class TodayLine:
    """What one policy would do today.

    Unit: `turnover` the larger of bought and sold, of the household's value; `tax` and `cost` in
    base currency, tax negative where it saves.
    """

    policy: str
    verdict: Verdict
    trades: int
    turnover: float
    tax: float
    cost: float
    doubts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """Both policies on one day, or why there is nothing to show."""

    as_of: date
    before: TodayLine | None
    after: TodayLine | None
    problem: str = ""


def today_of(loaded: LoadedHousehold, mandate: Mandate) -> Today:
    """The household's decision as it is, and as it would be under another mandate."""
    as_of = loaded.snapshot.as_of
    if loaded.snapshot.value <= 0:
        return Today(as_of, None, None, "the household holds neither lots nor cash")
    try:
        before = _line(loaded)
    except (InputError, InputErrors) as error:
        return Today(as_of, None, None, str(error))
    try:
        return Today(as_of, before, _line(replace(loaded, mandate=mandate)))
    except (InputError, InputErrors) as error:
        return Today(as_of, before, None, str(error))


def _line(loaded: LoadedHousehold) -> TodayLine:
    from trimtab.app.api import decide

    return line_of(loaded, decide(loaded))


def line_of(loaded: LoadedHousehold, decision: Decision) -> TodayLine:
    """What a decision about a household comes to."""
    plan, name = decision.plan, loaded.mandate.policy.name
    value = loaded.snapshot.value
    if plan is None or value <= 0:
        return TodayLine(name, decision.verdict, 0, 0.0, 0.0, 0.0, _doubts(decision))
    moved = max(plan.amount(Side.BUY), plan.amount(Side.SELL))
    turnover = float(moved / value)
    figures = len(plan.trades), turnover, float(plan.tax), float(plan.cost)
    return TodayLine(name, decision.verdict, *figures, _doubts(decision))


def _doubts(decision: Decision) -> tuple[Finding, ...]:
    """What the decision says of the policy itself: a model or a zone that could not be used."""
    return tuple(
        one
        for one in decision.findings
        if one.code.startswith("model_") or one.code == "no_trade_zone"
    )
