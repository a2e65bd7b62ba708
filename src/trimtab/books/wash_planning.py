"""Wash sales of a plan: what it would disallow, and what past trades make unwise today.

States the snapshot's lots, its past trades and the plan as `HistoricLot`s and asks the engine of
`wash_sales`; there is no second rule.  Looks at every account of the household, whoever owns it.
Errors: `InputError` for a sale of what is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.books.wash_history import PLANNED, PlannedPurchase, PlannedSale, WashHistory
from trimtab.books.wash_values import HistoricLot, WashMatch, WashSaleReading, WashSaleResult
from trimtab.books.wash_windows import (
    RecentLoss,
    RecentPurchase,
    WashWindow,
    loss_sales_within,
    replacement_quantity,
    wash_windows,
)
from trimtab.model.lots import Term, is_long_term
from trimtab.model.money import ZERO, cents, share_out, total
from trimtab.model.plans import Coverage, EarlierLoss
from trimtab.model.snapshots import Snapshot

__all__ = [
    "EarlierLoss",
    "PlannedPurchase",
    "PlannedSale",
    "RecentLoss",
    "RecentPurchase",
    "WashEffects",
    "WashWindow",
    "loss_sales_within",
    "plan_wash_effects",
    "replacement_quantity",
    "wash_windows",
]


@dataclass(frozen=True, slots=True)
class WashEffects:
    """What wash sales take from a plan.

    Unit: base currency in cents; `disallowed` and `permanent` (a part of it) by the id of the lot
    that the plan sells, without entries for lots that lose nothing.  `basis_added` is what comes
    back the same day: disallowed losses in the basis of other lots that the plan sells too, so
    that selling everything of a group disallows nothing on balance.
    """

    disallowed: Mapping[str, Decimal]
    permanent: Mapping[str, Decimal]
    basis_added: Mapping[str, Decimal]
    earlier: tuple[EarlierLoss, ...]
    matches: tuple[WashMatch, ...]
    coverage: Coverage
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """All that the plan would have disallowed, losses taken earlier included."""
        return total(self.disallowed.values()) + total(loss.disallowed for loss in self.earlier)


def plan_wash_effects(
    snapshot: Snapshot,
    sales: Sequence[PlannedSale],
    purchases: Sequence[PlannedPurchase],
    on: date,
    reading: WashSaleReading,
) -> WashEffects:
    """Find what wash sales would disallow if these trades were done on this day.

    Counts units bought in the last 30 days in any account, what the plan itself buys, and losses
    of the last 30 days that its purchases would reach back to.
    Refuses: a sale of more than a lot holds, or of a lot that the snapshot does not have.
    """
    history = WashHistory(snapshot, on, reading)
    groups = {history.group_of_lot(sale.lot) for sale in sales}
    groups |= {history.group_of(purchase.instrument) for purchase in purchases}
    past = history.past(groups)
    planned = history.planned(sales, purchases)
    after = history.match([*past, *planned])
    before = history.match([*past, *history.held(groups)])
    earlier = tuple(_earlier(past, before, after))
    sold_now = frozenset(lot for lot in planned if lot.sold is not None)
    mine = tuple(match for match in after.matches if match.loss in sold_now)
    notes = (*history.notes(groups, {sale.lot for sale in sales}), *after.notes)
    coverage = replace(after.coverage, matches=len(mine) + len(earlier))
    returned = _returned(after.matches, sold_now)
    return WashEffects(_sums(mine), _sums(mine, True), returned, earlier, mine, coverage, notes)


def _sums(matches: Sequence[WashMatch], permanent: bool = False) -> Mapping[str, Decimal]:
    """Disallowed losses by lot, in cents."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for match in matches:
        if match.permanent or not permanent:
            sums[match.loss.lot] += match.disallowed
    return {lot: cents(amount) for lot, amount in sums.items() if cents(amount)}


def _returned(
    matches: Sequence[WashMatch], sold_now: frozenset[HistoricLot]
) -> Mapping[str, Decimal]:
    """Disallowed losses in the basis of lots that the plan sells, in cents."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for match in matches:
        if match.replacement in sold_now and not match.permanent:
            sums[match.replacement.lot] += match.disallowed
    return {lot: cents(amount) for lot, amount in sums.items() if cents(amount)}


def _earlier(
    past: Sequence[HistoricLot], before: WashSaleResult, after: WashSaleResult
) -> Iterator[EarlierLoss]:
    """Past losses of which more is disallowed with the plan than without, purchase by purchase.

    Where several of the plan's purchases replace one loss, what is added is theirs in proportion.
    """
    added = _added(before, after)
    for lot in past:
        amount = cents(added.get(lot, ZERO))
        if amount <= 0 or lot.sold is None:
            continue
        matches = [
            match
            for match in after.matches
            if match.loss == lot and match.replacement.lot.startswith(PLANNED)
        ]
        shares = share_out(amount, [match.disallowed for match in matches])
        for match, share in zip(matches, shares, strict=True):
            new = match.replacement
            where = (lot.lot, lot.account, lot.instrument, lot.sold, _term(lot), share)
            if share:
                yield EarlierLoss(*where, new.account, new.instrument, match.permanent)


def _term(lot: HistoricLot) -> Term:
    """The character of a past loss; unknown ones count as short-term, which are worth more."""
    if lot.term is not None:
        return lot.term
    if lot.starts is None or lot.sold is None:
        return Term.SHORT
    return Term.LONG if is_long_term(lot.starts, lot.sold) else Term.SHORT


def _added(before: WashSaleResult, after: WashSaleResult) -> Mapping[HistoricLot, Decimal]:
    """How much more of each loss is disallowed after than before."""
    sums: dict[HistoricLot, Decimal] = defaultdict(Decimal)
    for result, sign in ((after, 1), (before, -1)):
        for match in result.matches:
            sums[match.loss] += sign * match.disallowed
    return sums
