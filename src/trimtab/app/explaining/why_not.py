"""What would turn a decision, in sentences; each is backed by asking the policy on either side.

The second computation of a turn is the asking itself: its figures are true only where the answers
just before and just beyond it, asked afresh, differ.  Weights at a turn are counted from lots and
prices of the household as it was asked about there.
Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from trimtab.app.explaining.asking import Asked, Question
from trimtab.app.explaining.sentences import Figure, Sentence, Unit, told
from trimtab.app.explaining.what_if import Turn

if TYPE_CHECKING:
    from trimtab.app.explaining.explanation import Turns

__all__ = ["turn_sentences", "turn_truth"]

ZERO = Decimal(0)


def turn_sentences(question: Question, asked: Asked, turns: Turns) -> tuple[Sentence, ...]:
    """One sentence for each thing that was moved."""
    return tuple(_sentences(asked, turns))


def _sentences(asked: Asked, turns: Turns) -> Iterator[Sentence]:
    opposite = _other(asked)
    yield _price(turns, "rise", turns.rise, opposite)
    yield _price(turns, "fall", turns.fall, opposite)
    yield _cost(asked, turns.cost, opposite)
    if turns.tax.is_found:
        yield told("tax", f"Without any tax it would {opposite}.")
    else:
        yield told("tax", f"Tax does not decide it: without any it would {_same(asked)} as well.")
    if turns.trend.is_found:
        yield told("trend", f"Had nothing risen or fallen lately, it would {opposite}.")


def _same(asked: Asked) -> str:
    """What it does today, in a word or two."""
    if asked.has_duties:
        return "do more than is due" if asked.acts else "do only what is due"
    return "trade" if asked.acts else "hold"


def _other(asked: Asked) -> str:
    """The opposite of that."""
    if asked.has_duties:
        return "do only what is due" if asked.acts else "do more than is due"
    return "hold" if asked.acts else "trade"


def _price(turns: Turns, way: str, turn: Turn, opposite: str) -> Sentence:
    """How far the class must rise or fall, and the weight at which the decision turns."""
    target, verb = turns.target, {"rise": "rose", "fall": "fell"}[way]
    if not turn.is_found or turn.beyond is None or turn.other is None:
        return told(
            "drift",
            f"No {way} of {target} by up to {{}} against all else would make it {opposite}.",
            Figure(f"limit.{way}", abs(turn.limit), Unit.WEIGHT),
        )
    drift = turn.beyond.situation.drift
    weight = next(one.actual for one in drift.targets if one.name == target)
    return told(
        "drift",
        f"If {target} {verb} {{}} against all else, to {{}} of the household, it would {opposite}.",
        Figure(f"turn.{way}", abs(turn.other), Unit.WEIGHT),
        Figure(f"turn.{way}.weight", weight, Unit.WEIGHT),
    )


def _cost(asked: Asked, turn: Turn, opposite: str) -> Sentence:
    """How many times today's spreads turn it."""
    if asked.acts:
        if turn.is_found and turn.other is not None:
            return told(
                "cost",
                f"If spreads were {{}} times as wide, it would {opposite}.",
                Figure("turn.cost", turn.other, Unit.TIMES),
            )
        return told(
            "cost",
            f"Spreads do not decide it: {{}} times as wide, it would {_same(asked)} as well.",
            Figure("limit.cost", turn.limit, Unit.TIMES),
        )
    if turn.is_found and turn.other is not None and turn.other > 0.0:
        return told(
            "cost",
            f"If spreads were {{}} times today's, it would {opposite}.",
            Figure("turn.cost", turn.other, Unit.TIMES),
        )
    if turn.is_found:
        return told("cost", f"If spreads were nothing at all, it would {opposite}.")
    words = f"Spreads do not decide it: were they nothing, it would {_same(asked)} as well."
    return told("cost", words)


def turn_truth(question: Question, turns: Turns) -> dict[str, float]:
    """The figures of the turns that were verified, and the limits up to which nothing turned."""
    truth: dict[str, float] = {}
    for way, turn in (("rise", turns.rise), ("fall", turns.fall)):
        truth[f"limit.{way}"] = abs(turn.limit)
        if turn.is_found and turn.beyond is not None and turn.before is not None:
            truth[f"turn.{way}"] = _moved(question, turn.beyond, turns.target)
            truth[f"turn.{way}.weight"] = _weight(turn.beyond, turns.target)
    truth["limit.cost"] = turns.cost.limit
    if turns.cost.is_found and turns.cost.beyond is not None:
        truth["turn.cost"] = _dearer(question, turns.cost.beyond)
    return truth


def _moved(question: Question, asked: Asked, target: str) -> float:
    """By what part the class's price differs from today's in the household that was asked about."""
    today, then = question.observation.snapshot, asked.situation.snapshot
    name = next(one.instruments[0] for one in question.mandate.targets if one.name == target)
    return abs(float(then.prices[name].amount / today.prices[name].amount) - 1.0)


def _weight(asked: Asked, target: str) -> float:
    """The class's weight from the lots and prices of the household that was asked about."""
    situation = asked.situation
    snapshot, mandate = situation.snapshot, situation.mandate
    members = next(mandate.members_of(one) for one in mandate.targets if one.name == target)
    held = sum((snapshot.lot_value(x) for x in snapshot.lots if x.instrument in members), ZERO)
    money = float(situation.problem.flow.sum())
    return float(held) / (float(snapshot.value) + money)


def _dearer(question: Question, asked: Asked) -> float:
    """How many times today's half-spread the one that was asked about is."""
    then = asked.situation.estimates.half_spread
    today = question.estimator(question.observation, question.mandate).half_spread
    times: list[float] = [then[name] / today[name] for name in then if today[name] > 0.0]
    return max(times, default=1.0)
