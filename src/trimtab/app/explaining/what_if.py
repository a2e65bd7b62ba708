"""What would have to change for the opposite decision: found by asking the policy itself.

One thing is moved at a time, everything else stays: the price of the class that is farthest from
its target, what trading costs, what a gain is taxed with, what has risen lately.  Where the
decision turns is found by halving, and then verified by asking once more on either side.  An answer
is what the same cycle would decide, with the same lots, guards and limits.

Errors: none; where nothing within the stated limits turns the decision, that is the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from trimtab.app.explaining.asking import Asked, Question, ask
from trimtab.cycle.requests import Observation
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.estimates import Estimates
from trimtab.model.mandate import Mandate
from trimtab.taxes.none import Untaxed

__all__ = ["COST_TIMES_MAX", "Turn", "cost_turn", "price_turn", "tax_turn", "trend_turn"]

MOVES = (0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.5)
"""Moves of a price that are tried before the place is sought: from a day's to a decade's."""
COST_TIMES = (3.0, 10.0, 100.0)
COST_TIMES_MAX = COST_TIMES[-1]
HALVINGS = 7
"""Of the bracket that was found: to less than a hundredth of it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the decision turns: the last value that decides as today, the first that does not.

    `before` and `beyond` are the answers there, asked afresh.  Without an answer `beyond`, nothing
    up to `limit` turns it.
    Unit: that of the knob: a fraction of price, times of today's cost.
    """

    limit: float
    same: float = 0.0
    other: float | None = None
    before: Asked | None = None
    beyond: Asked | None = None

    @property
    def is_found(self) -> bool:
        """Whether the decision turns, and was seen to turn when it was asked again."""
        sides = (self.before, self.beyond)
        return all(sides) and self.before.acts != self.beyond.acts  # type: ignore[union-attr]


Knob = Callable[[float], Question]


def price_turn(question: Question, today: Asked, target: str) -> tuple[Turn, Turn]:
    """How far a class's price must fall, and rise, against all else for the opposite decision."""
    members = next(
        question.mandate.members_of(one) for one in question.mandate.targets if one.name == target
    )

    def moved(by: float) -> Question:
        snapshot = question.observation.snapshot
        factor = Decimal(str(1.0 + by))
        prices = {
            name: replace(price, amount=price.amount * factor) if name in members else price
            for name, price in snapshot.prices.items()
        }
        seen = Observation(replace(snapshot, prices=prices), question.observation.history)
        return replace(question, observation=seen)

    falls = _turn(moved, today, tuple(-move for move in MOVES))
    return falls, _turn(moved, today, MOVES)


def cost_turn(question: Question, today: Asked) -> Turn:
    """How many times today's spreads and tickets trading must cost for the opposite decision.

    A decision to trade is tried at higher costs, one to hold at none.
    """

    def dearer(times: float) -> Question:
        return replace(question, estimator=_with_costs(question, times))

    if today.acts:
        return _turn(dearer, today, COST_TIMES, start=1.0)
    return _turn(dearer, today, (0.5, 0.2, 0.05, 0.0), start=1.0)


def tax_turn(question: Question, today: Asked) -> Turn:
    """Whether the decision would be the opposite if no gain were taxed and no loss saved tax."""
    untaxed = replace(question, regime=Untaxed())
    return _once(untaxed, question, today)


def trend_turn(question: Question, today: Asked) -> Turn:
    """Whether the decision would be the opposite if nothing had risen or fallen lately."""
    ordinary = question.estimator

    def flat(observation: Observation, mandate: Mandate) -> Estimates:
        estimates = ordinary(observation, mandate)
        return replace(estimates, trend=dict.fromkeys(estimates.trend, 0.0))

    return _once(replace(question, estimator=flat), question, today)


def _once(changed: Question, question: Question, today: Asked) -> Turn:
    """A change that is made or not: one question, verified by a second."""
    other = _asked(changed)
    if other is None or other.acts == today.acts:
        return Turn(1.0)
    return Turn(1.0, 0.0, 1.0, _asked(question), _asked(changed))


def _turn(knob: Knob, today: Asked, tried: tuple[float, ...], start: float = 0.0) -> Turn:
    """Try wider and wider until the decision turns, then halve the bracket, then ask again."""
    same = start
    for value in tried:
        found = _asked(knob(value))
        if found is None:
            break
        if found.acts != today.acts:
            same, other = _halved(knob, today, same, value)
            return Turn(tried[-1], same, other, _asked(knob(same)), _asked(knob(other)))
        same = value
    return Turn(tried[-1])


def _halved(knob: Knob, today: Asked, same: float, other: float) -> tuple[float, float]:
    for _ in range(HALVINGS):
        middle = 0.5 * (same + other)
        found = _asked(knob(middle))
        if found is not None and found.acts == today.acts:
            same = middle
        else:
            other = middle
    return same, other


def _asked(question: Question) -> Asked | None:
    """The answer, or none where the changed household cannot be asked about."""
    try:
        return ask(question)
    except (InputError, InputErrors):
        return None


def _with_costs(question: Question, times: float) -> Callable[[Observation, Mandate], Estimates]:
    ordinary = question.estimator

    def priced(observation: Observation, mandate: Mandate) -> Estimates:
        estimates = ordinary(observation, mandate)
        dearer = {name: times * half for name, half in estimates.half_spread.items()}
        return replace(estimates, half_spread=dearer)

    return priced
