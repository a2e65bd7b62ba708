"""Bands and how far back a breach goes: what the threshold and the hybrid policy share.

The widths are the mandate's own unless the policy states others.  How far back is a fraction of the
band that may remain: 0 at the target, 1 at the band's edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from trimtab.model.drift import EDGE, Drift, TargetDrift
from trimtab.model.mandate import Band, Mandate
from trimtab.model.proposals import Action, Proposal
from trimtab.policies._aims import TO_TARGET, Way, go_to
from trimtab.policies._words import drift_words, points
from trimtab.quant.situation import Situation

__all__ = ["Destination", "breaches", "check_band", "go_back", "nearest_words", "widths"]

Destination = Literal["target", "halfway", "edge"] | float

_KEPT = {"target": 0.0, "halfway": 0.5, "edge": 1.0}


def check_band(
    absolute: Decimal | None, relative: Decimal | None, destination: Destination
) -> None:
    """Refuse widths and destinations that make no sense, with `ValueError`."""
    for name, width in (("absolute", absolute), ("relative", relative)):
        if width is not None and width < 0:
            raise ValueError(f"{name} is {width}; it must be at least 0")
    if isinstance(destination, float) and not 0.0 <= destination <= 1.0:
        raise ValueError(
            f"destination is {destination}; it must be between 0 (target) and 1 (the band's edge)"
        )


def kept_of(destination: Destination) -> float:
    """The fraction of the band that may remain."""
    return _KEPT[destination] if isinstance(destination, str) else destination


def widths(
    mandate: Mandate, absolute: Decimal | None, relative: Decimal | None
) -> tuple[float, ...]:
    """The band of every target: the mandate's where neither width is stated.

    Unit: fractions of value.
    """
    stated = None if absolute is None and relative is None else Band(absolute, relative)
    return tuple(
        float((target.band if stated is None else stated).width(target.weight))
        for target in mandate.targets
    )


def breaches(drift: Drift, bands: Sequence[float]) -> tuple[TargetDrift, ...]:
    """The targets outside these bands, the one farthest outside first."""
    outside = [  # a backtest asks every day, and most days none is: only those are made anew
        replace(target, band=width)
        for target, width in zip(drift.targets, bands, strict=True)
        if abs(target.drift) > width + EDGE
    ]
    return replace(drift, targets=tuple(outside)).out_of_band if outside else ()


def nearest_words(drift: Drift, bands: Sequence[float]) -> str:
    """That all is within its band, and which target comes closest to leaving it."""
    if not drift.targets:
        return "the mandate has no targets"
    target, width = min(
        zip(drift.targets, bands, strict=True), key=lambda pair: pair[1] - abs(pair[0].drift)
    )
    return (
        f"every target is inside its band; the nearest: {drift_words(target)}, band {points(width)}"
    )


def go_back(
    situation: Situation,
    bands: tuple[float, ...],
    destination: Destination,
    reason: str,
    clause: str,
) -> Proposal:
    """Bring a household with a breach back as far as the destination says."""
    kept = kept_of(destination)
    if kept == 0.0:
        return go_to(situation, TO_TARGET, Action.FULL, reason, clause)
    return go_to(situation, Way(widths=bands, kept=kept), Action.PARTIAL, reason, clause)
