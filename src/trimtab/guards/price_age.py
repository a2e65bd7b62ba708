"""Prices that are missing, too old, or from the future: a plan on them is a plan on nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "PriceAge"]

CLAUSE = "limits.price_age_days_max"


@dataclass(frozen=True, slots=True)
class PriceAge:
    """Refuses to trade on a price older than the mandate allows, and warns where one is held.

    A stale price of something that is only held still moves every weight, so with `held_too` it is
    worth a warning even when it is not traded.
    """

    name: ClassVar[str] = "price_age"
    held_too: bool = True

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each price that cannot be relied upon."""
        traded = dict.fromkeys(trade.instrument for trade in plan.trades)
        held = dict.fromkeys(lot.instrument for lot in snapshot.lots) if self.held_too else {}
        return tuple(
            finding
            for instrument in {**traded, **held}
            for finding in _judge(instrument, instrument in traded, snapshot, mandate)
        )


def _judge(
    instrument: str, traded: bool, snapshot: Snapshot, mandate: Mandate
) -> Iterator[Finding]:
    price, most = snapshot.prices.get(instrument), mandate.limits.price_age_days_max
    severity = Severity.REFUSAL if traded else Severity.WARNING
    bound = f"{most} days"
    if price is None:
        message, actual = f"has no price on or before {snapshot.as_of}", "no price"
        severity = Severity.REFUSAL
    elif price.on > snapshot.as_of:
        message = f"is priced on {price.on}, after the day of the plan, {snapshot.as_of}"
        actual, severity = str(price.on), Severity.REFUSAL
    elif (age := (snapshot.as_of - price.on).days) > most:
        message = f"its price of {price.on} is {age} days old; at most {most} are allowed"
        actual = f"{age} days"
    else:
        return
    yield Finding(
        "price_age",
        severity,
        instrument,
        message,
        actual=actual,
        bound=bound,
        remedy=f"give a price of {snapshot.as_of} or the sessions before it",
        clause=CLAUSE,
    )


PLUGIN = PriceAge
