"""Losses worth a look: every lot at a loss, what it would save, and what stands in its way.

The tests are the mandate's, the washing is the engine's of `trimtab.books`, the worth is the year's
own tax curve; nothing is decided here.

Errors: none beyond those of a missing price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from trimtab.books.wash_planning import RecentPurchase, WashWindow, wash_windows
from trimtab.cycle.bounds import eligible_instruments, restricted
from trimtab.cycle.lots import WASH_SALE_DAYS, HarvestTests, harvest_tests
from trimtab.model.harvest import HarvestCandidate
from trimtab.model.lots import Lot, Term
from trimtab.model.mandate import Mandate, RestrictionKind
from trimtab.model.money import ZERO, cents, total
from trimtab.model.snapshots import Snapshot
from trimtab.model.taxes import TaxCurve

__all__ = ["harvest_candidates"]

SAFE_AFTER = timedelta(days=WASH_SALE_DAYS + 1)
_BARRING = (RestrictionKind.DO_NOT_BUY, RestrictionKind.NEVER_OWN)


def harvest_candidates(
    snapshot: Snapshot, mandate: Mandate, curve: TaxCurve
) -> tuple[HarvestCandidate, ...]:
    """Every lot at a loss in a taxable account, the largest tax value first.

    Unit: base currency.
    Source: 26 USC 1091 (recent purchases in any account of the household), 1211(b), 1212(b).
    """
    windows = wash_windows(snapshot, snapshot.as_of, mandate.wash_sales.reading)
    found = [
        _candidate(snapshot, mandate, curve, windows, lot)
        for lot in snapshot.lots
        if _stands_at_a_loss(snapshot, lot)
    ]
    return tuple(sorted(found, key=lambda one: (-one.tax_value, -one.loss, one.lot)))


def _stands_at_a_loss(snapshot: Snapshot, lot: Lot) -> bool:
    if lot.basis is None or not lot.is_known:
        return False
    taxable = snapshot.household.account(lot.account).wrapper.is_taxable
    return taxable and snapshot.lot_value(lot) < lot.basis


def _candidate(
    snapshot: Snapshot,
    mandate: Mandate,
    curve: TaxCurve,
    windows: Mapping[str, WashWindow],
    lot: Lot,
) -> HarvestCandidate:
    value, basis = snapshot.lot_value(lot), lot.basis or ZERO
    group = snapshot.instruments[lot.instrument].wash_group
    purchases = [
        purchase
        for purchase in windows.get(group, WashWindow()).purchases
        if purchase.lot != lot.id  # a lot does not replace itself
    ]
    washed = min(lot.quantity, total(purchase.quantity for purchase in purchases))
    counting = (lot.quantity - washed) / lot.quantity
    term = lot.term(snapshot.as_of) or Term.SHORT
    loss = cents(basis - value)
    tests = harvest_tests(lot, value, mandate.harvest, snapshot.as_of)
    worth = _worth(curve, term, loss * counting)
    substitutes = _substitutes(snapshot, mandate, windows, lot)
    return HarvestCandidate(
        lot.id,
        lot.account,
        lot.instrument,
        lot.quantity,
        cents(value),
        loss,
        (basis - value) / basis,
        term,
        worth,
        tests.passes_amount,
        tests.passes_fraction,
        tests.passes_days,
        washed,
        max(p.acquired for p in purchases) + SAFE_AFTER if purchases else None,
        substitutes,
        _verdict(mandate, lot, loss, tests, washed, purchases, worth, substitutes),
    )


def _worth(curve: TaxCurve, term: Term, loss: Decimal) -> Decimal:
    """What a loss saves on top of what the year has realised."""
    short, long = (float(-loss), 0.0) if term is Term.SHORT else (0.0, float(-loss))
    return cents(Decimal(curve.tax(0.0, 0.0) - curve.tax(short, long)))


def _substitutes(
    snapshot: Snapshot, mandate: Mandate, windows: Mapping[str, WashWindow], lot: Lot
) -> tuple[str, ...]:
    """What may be bought in a lot's place: of its class or named for it, and not the same thing."""
    target = mandate.target_of(lot.instrument)
    members = () if target is None else mandate.members_of(target)
    named = mandate.wash_sales.substitutes.get(lot.instrument, ())
    own_group = snapshot.instruments[lot.instrument].wash_group
    eligible = eligible_instruments(mandate)
    barred = [rule for rule in mandate.restrictions if rule.kind in _BARRING]
    return tuple(
        name
        for name in dict.fromkeys((*named, *members))
        if name in eligible
        and (group := snapshot.instruments[name].wash_group) != own_group
        and not windows.get(group, WashWindow()).losses
        and not any(restricted(rule, lot.account, name, snapshot) for rule in barred)
    )


def _verdict(
    mandate: Mandate,
    lot: Lot,
    loss: Decimal,
    tests: HarvestTests,
    washed: Decimal,
    purchases: Sequence[RecentPurchase],
    worth: Decimal,
    substitutes: Sequence[str],
) -> str:
    """What stands in its way, or what it would save."""
    if not mandate.harvest.enabled:
        return f"loss of ${loss:,.0f} stays: the mandate switches harvesting off"
    if not tests.all_pass:
        return f"loss of ${loss:,.0f} stays: {tests.words}"
    words = f"loss of ${loss:,.0f} would save ${worth:,.0f} of tax"
    if washed > 0:
        words += f"; {_wash_words(lot, washed, purchases)}"
    if not substitutes:
        return f"{words}; nothing may be bought in its place today"
    return f"{words}; {' or '.join(substitutes)} could take its place"


def _wash_words(lot: Lot, washed: Decimal, purchases: Sequence[RecentPurchase]) -> str:
    latest = max(purchases, key=lambda purchase: purchase.acquired)
    part = "all of it" if washed == lot.quantity else f"{washed:f} of {lot.quantity:f} units"
    bought = f"{latest.instrument} bought in {latest.account} on {latest.acquired}"
    return f"{part} would be washed by {bought}, free from {latest.acquired + SAFE_AFTER}"
