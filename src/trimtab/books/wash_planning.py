"""Wash sales of a plan: what it would disallow, and what past trades make unwise today.

States the snapshot's lots, its past trades and the plan as `HistoricLot`s and asks the engine of
`wash_sales`; there is no second rule.  Looks at every account of the household, whoever owns it.
Errors: `InputError` for a sale of what is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from trimtab.books.wash_history import PlannedPurchase, PlannedSale, WashHistory
from trimtab.books.wash_sales import WINDOW, match_wash_sales
from trimtab.books.wash_values import (
    HistoricLot,
    WashMatch,
    WashSaleReading,
    WashSaleResult,
)
from trimtab.model.accounts import Wrapper
from trimtab.model.money import ZERO, cents, total
from trimtab.model.plans import Coverage
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

PROBE = "a loss sale today"
PROBE_HELD = timedelta(days=3650)  # bought long before anything that could replace it


@dataclass(frozen=True, slots=True)
class EarlierLoss:
    """A loss taken before the plan that the plan's purchases would disallow.

    Unit: base currency.
    """

    lot: str
    account: str
    instrument: str
    sold: date
    disallowed: Decimal
    permanent: Decimal


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


@dataclass(frozen=True, slots=True)
class RecentPurchase:
    """Units bought within the window that would replace units sold at a loss today."""

    lot: str
    account: str
    instrument: str
    quantity: Decimal
    acquired: date
    permanent: bool


@dataclass(frozen=True, slots=True)
class RecentLoss:
    """Units sold at a loss within the window whose loss a purchase today would disallow.

    Unit: `loss` in base currency, positive; the last day that is unsafe is `until`.
    """

    lot: str
    account: str
    instrument: str
    sold: date
    quantity: Decimal
    loss: Decimal
    until: date


@dataclass(frozen=True, slots=True)
class WashWindow:
    """What a group's recent past means for selling it at a loss, or buying it, today."""

    purchases: tuple[RecentPurchase, ...] = ()
    losses: tuple[RecentLoss, ...] = ()

    @property
    def replacement_quantity(self) -> Decimal:
        """How many units sold at a loss today would be washed by what was bought already."""
        return total(purchase.quantity for purchase in self.purchases)


def plan_wash_effects(
    snapshot: Snapshot,
    sales: Sequence[PlannedSale],
    purchases: Sequence[PlannedPurchase],
    on: date,
    reading: WashSaleReading | None = None,
) -> WashEffects:
    """Find what wash sales would disallow if these trades were done on this day.

    Counts units bought in the last 30 days in any account, what the plan itself buys, and losses
    of the last 30 days that its purchases would reach back to.
    Refuses: a sale of more than a lot holds, or of a lot that the snapshot does not have.
    """
    reading = reading or WashSaleReading()
    history = WashHistory(snapshot, on, reading)
    groups = {history.group_of_lot(sale.lot) for sale in sales}
    groups |= {history.group_of(purchase.instrument) for purchase in purchases}
    past = history.past(groups)
    planned = history.planned(sales, purchases)
    after = _match(history, [*past, *planned], reading)
    before = _match(history, [*past, *history.held(groups)], reading)
    earlier = _earlier(past, before, after)
    sold_now = frozenset(lot for lot in planned if lot.sold is not None)
    mine = tuple(match for match in after.matches if match.loss in sold_now)
    notes = (*history.notes(groups, {sale.lot for sale in sales}), *after.notes)
    coverage = replace(after.coverage, matches=len(mine) + len(earlier))
    returned = _returned(after.matches, sold_now)
    return WashEffects(_sums(mine), _sums(mine, True), returned, earlier, mine, coverage, notes)


def wash_windows(
    snapshot: Snapshot,
    on: date,
    groups: Sequence[str] | None = None,
    reading: WashSaleReading | None = None,
) -> Mapping[str, WashWindow]:
    """What the recent past means for each group; groups where it means nothing are left out."""
    reading = reading or WashSaleReading()
    history = WashHistory(snapshot, on, reading)
    wanted = set(groups) if groups is not None else history.groups
    facts = [*history.past(wanted), *history.held(wanted)]
    by_group: dict[str, list[HistoricLot]] = defaultdict(list)
    for lot in facts:
        by_group[lot.group].append(lot)
    windows = {}
    for group, lots in sorted(by_group.items()):
        window = _window(history, group, lots, on, reading)
        if window.purchases or window.losses:
            windows[group] = window
    return windows


def replacement_quantity(
    snapshot: Snapshot, group: str, on: date, reading: WashSaleReading | None = None
) -> Decimal:
    """Units of a group bought in the last 30 days that would wash a loss sale of this day.

    A lot does not replace itself: see `wash_windows` for the units lot by lot.
    """
    return (
        wash_windows(snapshot, on, [group], reading).get(group, WashWindow()).replacement_quantity
    )


def loss_sales_within(
    snapshot: Snapshot, group: str, on: date, reading: WashSaleReading | None = None
) -> tuple[RecentLoss, ...]:
    """Losses of the last 30 days that a purchase of the group on this day would disallow."""
    return wash_windows(snapshot, on, [group], reading).get(group, WashWindow()).losses


def _match(
    history: WashHistory, lots: Sequence[HistoricLot], reading: WashSaleReading
) -> WashSaleResult:
    """The engine's answer, with the coverage of the whole household."""
    result = match_wash_sales(
        lots, reading, not_loaded=history.household.not_loaded, as_of=history.on
    )
    accounts = tuple(account.id for account in history.household.accounts)
    coverage = replace(
        result.coverage,
        accounts=accounts,
        window_from=history.on - WINDOW,
        window_to=history.on,
    )
    return replace(result, coverage=coverage)


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
) -> tuple[EarlierLoss, ...]:
    """Past losses of which more is disallowed with the plan than without."""
    found = []
    disallowed, permanent = _added(before, after, False), _added(before, after, True)
    for lot in past:
        amount = cents(disallowed.get(lot, ZERO))
        if amount > 0 and lot.sold is not None:
            for_good = cents(permanent.get(lot, ZERO))
            found.append(
                EarlierLoss(lot.lot, lot.account, lot.instrument, lot.sold, amount, for_good)
            )
    return tuple(found)


def _added(
    before: WashSaleResult, after: WashSaleResult, permanent: bool
) -> Mapping[HistoricLot, Decimal]:
    """How much more of each loss is disallowed after than before."""
    sums: dict[HistoricLot, Decimal] = defaultdict(Decimal)
    for result, sign in ((after, 1), (before, -1)):
        for match in result.matches:
            if match.permanent or not permanent:
                sums[match.loss] += sign * match.disallowed
    return sums


def _window(
    history: WashHistory,
    group: str,
    lots: Sequence[HistoricLot],
    on: date,
    reading: WashSaleReading,
) -> WashWindow:
    """Ask the engine about a loss sale today of more units than there are."""
    probe = HistoricLot(
        lot=PROBE,
        account="",
        owner="",
        wrapper=Wrapper.TAXABLE,
        instrument=group,
        group=group,
        quantity=total(lot.quantity for lot in lots) + 1,
        acquired=on - PROBE_HELD,
        cost=Decimal(1),
        sold=on,
        proceeds=ZERO,
    )
    matches = _match(history, [*lots, probe], reading).matches
    purchases = tuple(
        RecentPurchase(
            match.replacement.lot,
            match.replacement.account,
            match.replacement.instrument,
            match.quantity,
            match.replacement.acquired or on,
            match.permanent,
        )
        for match in matches
        if match.loss == probe
    )
    return WashWindow(purchases, _open_losses(lots, matches, on))


def _open_losses(
    lots: Sequence[HistoricLot], matches: Sequence[WashMatch], on: date
) -> tuple[RecentLoss, ...]:
    """Losses within the window that nothing has replaced yet."""
    found = []
    for lot in lots:
        if lot.sold is None or lot.proceeds is None or lot.cost is None or lot.sold + WINDOW < on:
            continue
        washed = total(match.quantity for match in matches if match.loss == lot)
        open_quantity, loss = lot.quantity - washed, lot.cost - lot.proceeds
        if loss > 0 and open_quantity > 0 and lot.wrapper.is_taxable:
            part = cents(loss * open_quantity / lot.quantity)
            where, until = (lot.lot, lot.account, lot.instrument), lot.sold + WINDOW
            found.append(RecentLoss(*where, lot.sold, open_quantity, part, until))
    return tuple(found)
