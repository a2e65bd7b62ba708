"""A policy of the field as the simulator with lots reads it.

Errors: `InputError` for a policy that the simulator does not know: those that weigh cost and tax
against drift, harvest, or look at more than weights are asked in full, on the exact path.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trimtab.model.errors import InputError
from trimtab.model.mandate import Mandate
from trimtab.policies._bands import kept_of, widths
from trimtab.policies._base import Policy
from trimtab.policies._schedule import Frequency, schedule_after
from trimtab.policies.calendar import Calendar
from trimtab.policies.hold import Hold
from trimtab.policies.hybrid import Hybrid
from trimtab.policies.partial import Partial
from trimtab.policies.threshold import Threshold
from trimtab.quant.simulate import lot_rules
from trimtab.quant.simulate.lot_rules import Integers, LotRules

__all__ = ["lot_rule", "scheduled"]


def lot_rule(policy: Policy, days: Sequence[date], mandate: Mandate) -> LotRules:
    """The rule of a policy over the sessions of a market whose instruments are the mandate's
    targets, one each and in their order.

    Refuses: a policy that has no such rule.
    """
    match policy:
        case Hold():
            return lot_rules.hold()
        case Calendar(frequency=frequency):
            return lot_rules.calendar(scheduled(frequency, days))
        case Partial(fraction=fraction, frequency=frequency):
            return lot_rules.partial(scheduled(frequency, days), fraction)
        case Threshold():
            bands = [widths(mandate, policy.absolute, policy.relative)]
            kept = kept_of(policy.destination)
            return lot_rules.no_trade_zone(bands, lot_rules.every(1, days), kept)
        case Hybrid():
            bands = [widths(mandate, policy.absolute, policy.relative)]
            looks, kept = scheduled(policy.frequency, days), kept_of(policy.destination)
            return lot_rules.hybrid(bands, looks, kept, policy.catch_up_days)
    raise InputError(
        f"policy {policy.name!r}",
        "the simulator with lots does not know it",
        "it knows hold, calendar, threshold, hybrid and partial",
        "test it with a backtest instead",
    )


def scheduled(frequency: Frequency, days: Sequence[date]) -> Integers:
    """The latest scheduled session by each day, the exchange's calendar deciding.

    Shape: (T,).
    """
    looks = {schedule_after(frequency, day, None).latest for day in days}
    return lot_rules.latest_of(sorted(looks), days)
