"""What the bands of a household come to, in sentences; every figure in them is worked out anew.

Errors: none.
"""

from __future__ import annotations

import numpy as np

from trimtab.app.bands.question import REVIEWS, Bands, ClassBands
from trimtab.app.report.words import percent

__all__ = ["bands_sentences", "basis_points", "review_words"]

NOISE_ERRORS = 3.0
"""Standard errors below which a difference of two rules is not told as one."""


def basis_points(fraction: float) -> str:
    """A yearly cost in basis points: tenths below ten, hundredths below one."""
    amount = fraction * 1e4
    digits = 2 if abs(amount) < 9.995 else 1
    return f"{amount:,.{digits}f} bp"


def review_words(review_days: int) -> str:
    """How often the household is looked at."""
    named = {days: name for name, days in REVIEWS.items()}
    return named.get(review_days, f"every {review_days} sessions")


def bands_sentences(bands: Bands) -> tuple[str, ...]:
    """Where the household stands, and what the zone saves."""
    return (_standing(bands), _worth(bands))


def _standing(bands: Bands) -> str:
    farthest = _farthest(bands)
    zone = f"{percent(farthest.lower)} to {percent(farthest.upper)}"
    at = f"{farthest.name} at {percent(farthest.actual)} (zone {zone})"
    if not bands.place.is_outside:
        used = f"{bands.place.ratio * 100:.0f} %"
        return f"Inside its no-trade zone, {used} of the way to the edge; the nearest: {at}."
    traded = 0.5 * float(np.abs(bands.destination - bands.place.weights).sum())
    return f"Outside its no-trade zone; the farthest: {at}. Going to the edge turns over " + (
        f"{percent(traded)} of the household."
    )


def _farthest(bands: Bands) -> ClassBands:
    def away(one: ClassBands) -> float:
        edge = one.upper if one.actual > one.centre else one.lower
        return round(abs(one.actual - one.centre) / max(abs(edge - one.centre), 1e-12), 9)

    return max(bands.classes, key=away)


def _worth(bands: Bands) -> str:
    zone, rule = bands.zone_cost, bands.best_rule
    said = f"Over the long run it costs {basis_points(zone.total)} a year"
    said += f" ({basis_points(zone.trading)} of trading, {basis_points(zone.drift)} of drift)"
    said += f"; {rule.name}, the cheapest of the usual rules here,"
    more = rule.total - zone.total
    if abs(more) <= NOISE_ERRORS * max(zone.error, rule.error):
        return f"{said} costs about the same."
    return f"{said} {basis_points(abs(more))} {'more' if more > 0 else 'less'}."
