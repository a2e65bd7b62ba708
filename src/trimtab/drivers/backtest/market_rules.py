"""The limits by which a market history is judged, in one place.

Errors: `InputError` for limits that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from trimtab.model.errors import InputError

__all__ = ["MarketRules"]


@dataclass(frozen=True, slots=True)
class MarketRules:
    """What is still usual in a market history, and what is worth a word.

    Unit: sessions are rows of the history; distances and moves are fractions of one.  A missing
    close may be stood in for by the last one for `forward_fill_sessions_max` sessions, no longer;
    `missing_sessions_max` is how many sessions in a row may be missing for all instruments before
    the history is refused.  A day's move counts as a split that is not in the data where it is
    `split_usual_moves_min` times the usual move of the days around it, and lies either within
    `split_distance_with_volume_max` of a simple ratio, with a volume that changed the other way
    round (within a factor of `split_volume_factor_max`), or within `split_distance_max`, and above
    `split_move_min`.
    Refuses: limits below zero.
    """

    forward_fill_sessions_max: int = 5
    gap_sessions_max: int = 5
    missing_sessions_max: int = 20
    split_move_min: float = 0.35
    split_distance_max: float = 0.03
    split_distance_with_volume_max: float = 0.05
    split_volume_factor_max: float = 1.5
    split_usual_moves_min: float = 8.0
    dividend_fraction_max: float = 0.20
    stale_sessions_max: int = 10
    findings_alike_max: int = 3

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value >= 0:
                raise InputError(f"market rule {field.name}", f"is {value}", "at least 0")
