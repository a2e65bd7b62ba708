"""What the mandate forbids, checked on the trades themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._after import holdings, value_after
from trimtab.guards._base import percent, subject
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate, Restriction, RestrictionKind
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Plan, Trade
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["PLUGIN", "RestrictedList"]

FORBIDDEN: dict[RestrictionKind, Side] = {
    RestrictionKind.DO_NOT_BUY: Side.BUY,
    RestrictionKind.NEVER_OWN: Side.BUY,
    RestrictionKind.DO_NOT_SELL: Side.SELL,
}


@dataclass(frozen=True, slots=True)
class RestrictedList:
    """Refuses trades that a restriction forbids, and ranges that the plan leaves.

    `frozen` lists instruments that may not be traded at all, such as those of an employer's
    restricted list.  A range counts as left where the plan goes more than `tolerance` (a fraction
    of the household's value) further outside than it already was: whole shares need that much.
    """

    name: ClassVar[str] = "restricted_list"
    frozen: tuple[str, ...] = ()
    tolerance: Decimal = Decimal("0.001")

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each forbidden trade and each range that is left."""
        if not plan.trades:
            return ()
        return (
            *self._frozen(plan),
            *_forbidden(plan, snapshot, mandate),
            *self._ranges(plan, snapshot, mandate),
        )

    def _frozen(self, plan: Plan) -> Iterator[Finding]:
        names = {name.casefold() for name in self.frozen}
        for trade in plan.trades:
            if trade.instrument.casefold() in names:
                clause = "guards.restricted_list.frozen"
                yield _refusal(trade, f"{trade.instrument} may not be traded", clause)

    def _ranges(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> Iterator[Finding]:
        worth = value_after(plan, snapshot) + plan.cost  # ranges are of what there was to divide
        for rule in mandate.restrictions:
            if rule.kind is not RestrictionKind.HOLD_RANGE or worth <= 0:
                continue
            before, after = (
                total(
                    value
                    for (account, name), value in holdings(plan, snapshot, after=done).items()
                    if _covers(rule, account, name, snapshot)
                )
                / worth
                for done in (False, True)
            )
            if _outside(rule, after) > _outside(rule, before) + self.tolerance:
                yield _range_finding(rule, after)


def _covers(rule: Restriction, account: str, instrument: str, snapshot: Snapshot) -> bool:
    if rule.accounts and account not in rule.accounts:
        return False
    tags = snapshot.instruments[instrument].tags
    return instrument in rule.instruments or bool(tags & frozenset(rule.tags))


def _forbidden(plan: Plan, snapshot: Snapshot, mandate: Mandate) -> Iterator[Finding]:
    for rule in mandate.restrictions:
        for trade in plan.trades:
            if FORBIDDEN.get(rule.kind) is trade.side and _covers(
                rule, trade.account, trade.instrument, snapshot
            ):
                words = rule.kind.value.replace("_", " ")
                because = f" ({rule.reason})" if rule.reason else ""
                yield _refusal(trade, f"{rule.clause} says {words}{because}", rule.clause)


def _refusal(trade: Trade, message: str, clause: str) -> Finding:
    return Finding(
        "restricted_list",
        Severity.REFUSAL,
        subject(trade),
        message,
        actual=f"{trade.side.value} {trade.quantity:f}",
        bound=f"no {trade.side.value}",
        remedy=f"leave the trade out, or change {clause}",
        clause=clause,
    )


def _outside(rule: Restriction, weight: Decimal) -> Decimal:
    """How far a weight lies outside the rule's range."""
    below = ZERO if rule.minimum is None else rule.minimum - weight
    above = ZERO if rule.maximum is None else weight - rule.maximum
    return max(ZERO, below, above)


def _range_finding(rule: Restriction, after: Decimal) -> Finding:
    low = "0 %" if rule.minimum is None else percent(rule.minimum)
    high = "100 %" if rule.maximum is None else percent(rule.maximum)
    return Finding(
        "hold_range",
        Severity.REFUSAL,
        rule.clause,
        f"the plan leaves {percent(after)} of the household there; the range is {low} to {high}",
        actual=percent(after),
        bound=f"{low} to {high}",
        remedy="trade less of it, or widen the range",
        clause=rule.clause,
    )


PLUGIN = RestrictedList
