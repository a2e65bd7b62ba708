"""Restrictions of the mandate as bounds on positions.

A restriction names instruments or tags and may be limited to some accounts.  What may not be
bought is bounded above by what is held, what may not be sold below; a range of the household's
value is shared out over its positions: by what is held, or as `ranges` finds that they want it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate, Restriction, RestrictionKind
from trimtab.model.snapshots import Snapshot
from trimtab.quant.problem import Floats

__all__ = [
    "Allowance",
    "PositionBounds",
    "Shares",
    "eligible_instruments",
    "position_bounds",
    "restricted",
]


BREAKS_CLAUSE = "open breaks"
"""What is cited where nothing is traded because records of an account disagree."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A position's own part of a range over several: the least and the most dollars of it."""

    least: float = 0.0
    most: float = np.inf


Shares = Mapping[Restriction, Mapping[tuple[str, str], Allowance]]
"""For ranges over several positions, what each of them has to hold and may hold."""


@dataclass(frozen=True, slots=True)
class PositionBounds:
    """Least and most post-trade dollars per position, and the clause behind each bound."""

    lower: Floats
    upper: Floats
    clauses: Mapping[int, str]
    findings: tuple[Finding, ...]


def restricted(restriction: Restriction, account: str, instrument: str, snapshot: Snapshot) -> bool:
    """Whether a restriction covers an instrument in an account."""
    if restriction.accounts and account not in restriction.accounts:
        return False
    if instrument in restriction.instruments:
        return True
    return bool(snapshot.instruments[instrument].tags & frozenset(restriction.tags))


def eligible_instruments(mandate: Mandate) -> frozenset[str]:
    """What may be bought at all: members of targets and the substitutes named for them."""
    members = {
        name for target in mandate.targets if target.weight > 0 for name in target.instruments
    }
    for original, substitutes in mandate.wash_sales.substitutes.items():
        if original in members:
            members.update(substitutes)
    return frozenset(members)


def position_bounds(
    snapshot: Snapshot,
    mandate: Mandate,
    positions: tuple[tuple[str, str], ...],
    value: float,
    shares: Shares = MappingProxyType({}),
) -> PositionBounds:
    """Bounds on every position; `shares` say how a range over several is shared out.

    Where clauses contradict each other the bounds give way: what may not be sold stays, and no
    least is above a most.  `conflicts` finds such clauses.

    Shape: `lower`, `upper` (m,), in the order of `positions`.
    Unit: base currency; `value` is the household's, flows included.
    """
    place = {position: k for k, position in enumerate(positions)}
    held, stuck = np.zeros(len(positions)), np.zeros(len(positions))
    for lot in snapshot.lots:
        amount = float(snapshot.lot_value(lot))
        taxable = snapshot.household.account(lot.account).wrapper.is_taxable
        held[place[lot.account, lot.instrument]] += amount
        if taxable and not lot.is_known:
            stuck[place[lot.account, lot.instrument]] += amount
    eligible = eligible_instruments(mandate)
    lower, upper = np.zeros(len(positions)), np.full(len(positions), np.inf)
    clauses: dict[int, str] = {}
    for k, (_account, name) in enumerate(positions):
        if name not in eligible:
            upper[k], clauses[k] = held[k], "targets"
    accounts = dict.fromkeys(account for account, _ in positions)
    size_of = {account: float(snapshot.account_value(account)) for account in accounts}
    size = np.array([size_of[account] for account, _ in positions])
    findings: list[Finding] = []
    for restriction in mandate.restrictions:
        covered = [
            k
            for k, (account, name) in enumerate(positions)
            if restricted(restriction, account, name, snapshot)
        ]
        before = lower.copy(), upper.copy()
        part = shares.get(restriction)
        given = None if part is None else [part[positions[k]] for k in covered]
        findings += _apply(restriction, covered, held, stuck, size, lower, upper, value, given)
        tightened = (lower > before[0]) | (upper < before[1])
        clauses |= dict.fromkeys(np.flatnonzero(tightened).tolist(), restriction.clause)
    upper = np.maximum(upper, _kept(snapshot, mandate, positions, held))
    lower = np.minimum(lower, upper)
    for k, (account, _name) in enumerate(positions):
        if account in snapshot.blocked:
            lower[k] = upper[k] = held[k]
            clauses[k] = BREAKS_CLAUSE
    return PositionBounds(lower, upper, clauses, tuple(findings))


def _kept(
    snapshot: Snapshot, mandate: Mandate, positions: tuple[tuple[str, str], ...], held: Floats
) -> Floats:
    """What may not be sold, even if a range allows less; only what may never be owned goes.

    Shape: (m,).
    """
    rules = {
        kind: [rule for rule in mandate.restrictions if rule.kind is kind]
        for kind in (RestrictionKind.DO_NOT_SELL, RestrictionKind.NEVER_OWN)
    }
    covered = {
        kind: [any(restricted(r, *place, snapshot) for r in of_kind) for place in positions]
        for kind, of_kind in rules.items()
    }
    is_kept = np.array(covered[RestrictionKind.DO_NOT_SELL], dtype=np.bool_)
    is_kept &= ~np.array(covered[RestrictionKind.NEVER_OWN], dtype=np.bool_)
    return np.where(is_kept, held, 0.0)


def _apply(
    restriction: Restriction,
    covered: list[int],
    held: Floats,
    stuck: Floats,
    size: Floats,
    lower: Floats,
    upper: Floats,
    value: float,
    given: list[Allowance] | None,
) -> list[Finding]:
    """Narrow the bounds in place; what cannot be met today is a finding."""
    match restriction.kind:
        case RestrictionKind.DO_NOT_BUY:
            upper[covered] = np.minimum(upper[covered], held[covered])
        case RestrictionKind.DO_NOT_SELL:
            lower[covered] = np.maximum(lower[covered], held[covered])
        case RestrictionKind.NEVER_OWN:
            upper[covered] = np.minimum(upper[covered], stuck[covered])
            if stuck[covered].sum() > 0:
                return [_stuck_finding(restriction, float(stuck[covered].sum()))]
        case RestrictionKind.HOLD_RANGE:
            _hold_range(restriction, covered, held, stuck, size, lower, upper, value, given)
    return []


def _hold_range(
    restriction: Restriction,
    covered: list[int],
    held: Floats,
    stuck: Floats,
    size: Floats,
    lower: Floats,
    upper: Floats,
    value: float,
    given: list[Allowance] | None,
) -> None:
    """Share the household's range out over the covered positions, in proportion to what is held.

    Where nothing is held yet, in proportion to the `size` of the accounts that may buy it, so that
    none is asked for more than it could pay.  `given` (c,), where there is any, says what each has.
    """
    if not covered:
        return
    total = held[covered].sum()
    room = np.where(np.isinf(upper[covered]), size[covered], 0.0)
    room = room if room.sum() > 0 else np.ones(len(covered))
    share = held[covered] / total if total > 0 else room / room.sum()
    least = share * float(restriction.minimum or 0) * value
    most = share * float(restriction.maximum or 0) * value
    if given is not None:
        least = np.array([one.least for one in given])
        most = np.array([one.most for one in given])
    lower[covered] = np.maximum(lower[covered], least)
    if restriction.maximum is not None:
        upper[covered] = np.minimum(upper[covered], np.maximum(most, stuck[covered]))


def _stuck_finding(restriction: Restriction, amount: float) -> Finding:
    return Finding(
        "restriction_waits",
        Severity.WARNING,
        restriction.clause,
        f"${amount:,.0f} stays although the mandate rules it out: its basis is unknown",
        actual=f"${amount:,.0f}",
        bound="$0",
        remedy="write basis and date into the lots file",
        clause=restriction.clause,
    )
