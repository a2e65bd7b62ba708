"""What a front comes to, in sentences; every figure in them is worked out anew.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.pareto.question import ParetoFront, PlanPoint

__all__ = ["ROWS_MAX", "bp", "money", "pareto_sentences", "shown_points"]

ROWS_MAX = 14
"""Points of a table for people; JSON has them all."""


def money(amount: float) -> str:
    """Whole dollars of cost or tax, negative where they are saved."""
    sign = "−" if round(amount) < 0 else ""
    return f"{sign}${abs(amount):,.0f}"


def bp(fraction: float) -> str:
    """A tracking error in basis points."""
    return f"{fraction * 1e4:,.0f} bp"


def shown_points(front: ParetoFront) -> tuple[PlanPoint, ...]:
    """The points of a table: the ends, the best, and others evenly between."""
    points = front.points
    if len(points) <= ROWS_MAX:
        return points
    step = (len(points) - 1) / (ROWS_MAX - 1)
    kept = {round(at * step) for at in range(ROWS_MAX)} | {points.index(front.best)}
    return tuple(points[at] for at in sorted(kept))


def pareto_sentences(front: ParetoFront) -> tuple[str, ...]:
    """What the front spans, and where the mandate's own risk aversion would stand on it."""
    if not front.points:
        return ("No plan keeps so few orders and meets the mandate.",)
    count = len(front.points)
    if count == 1:
        only = front.points[0]
        return (f"One plan beats all others: {_words(only)}.",)
    least = min(front.points, key=lambda point: point.tracking_error)
    most = max(front.points, key=lambda point: point.tracking_error)
    best = front.best
    span = (
        f"{count} plans that no other beats, from a tracking error of {bp(most.tracking_error)} "
        f"that {_price(most)} to {bp(least.tracking_error)} that {_price(least)}."
    )
    own = (
        f"At your risk aversion of {front.risk_aversion:g} the cheapest in all is {_words(best)}: "
        f"{money(best.total)} with a year of drift."
    )
    return span, own


def _price(point: PlanPoint) -> str:
    """What a plan takes in cost and tax together, or saves."""
    verb = "saves" if round(point.paid) < 0 else "costs"
    return f"{verb} {money(abs(point.paid))}"


def _words(point: PlanPoint) -> str:
    orders = f"{point.trades} order{'s' if point.trades != 1 else ''}"
    return (
        f"{bp(point.tracking_error)} for {money(point.cost)} of trading cost and "
        f"{money(point.tax)} of tax in {orders}"
    )
