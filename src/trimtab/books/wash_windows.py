"""What the recent past means for selling a group at a loss, or buying it, today.

The solver asks this before there is a plan: how many units sold at a loss would be washed by what
was bought already, and which losses a purchase would take back.  The same engine answers.
Errors: none of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from trimtab.books.wash_history import WashHistory
from trimtab.books.wash_sales import WINDOW
from trimtab.books.wash_values import HistoricLot, WashMatch, WashSaleReading, washed_units
from trimtab.model.accounts import Wrapper
from trimtab.model.money import ZERO, cents, total
from trimtab.model.snapshots import Snapshot

__all__ = [
    "RecentLoss",
    "RecentPurchase",
    "WashWindow",
    "loss_sales_within",
    "replacement_quantity",
    "wash_windows",
]

PROBE = "a loss sale today"
PROBE_HELD = timedelta(days=3650)  # bought long before anything that could replace it


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


def wash_windows(
    snapshot: Snapshot,
    on: date,
    reading: WashSaleReading,
    groups: Sequence[str] | None = None,
) -> Mapping[str, WashWindow]:
    """What the recent past means for each group; groups where it means nothing are left out."""
    history = WashHistory(snapshot, on, reading)
    wanted = set(groups) if groups is not None else history.groups
    facts = [*history.past(wanted), *history.held(wanted)]
    by_group: dict[str, list[HistoricLot]] = defaultdict(list)
    for lot in facts:
        by_group[lot.group].append(lot)
    windows = {}
    for group, lots in sorted(by_group.items()):
        window = _window(history, group, lots, on)
        if window.purchases or window.losses:
            windows[group] = window
    return windows


def replacement_quantity(
    snapshot: Snapshot, group: str, on: date, reading: WashSaleReading
) -> Decimal:
    """Units of a group bought in the last 30 days that would wash a loss sale of this day.

    A lot does not replace itself: see `wash_windows` for the units lot by lot.
    """
    return (
        wash_windows(snapshot, on, reading, [group]).get(group, WashWindow()).replacement_quantity
    )


def loss_sales_within(
    snapshot: Snapshot, group: str, on: date, reading: WashSaleReading
) -> tuple[RecentLoss, ...]:
    """Losses of the last 30 days that a purchase of the group on this day would disallow."""
    return wash_windows(snapshot, on, reading, [group]).get(group, WashWindow()).losses


def _window(history: WashHistory, group: str, lots: Sequence[HistoricLot], on: date) -> WashWindow:
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
    matches = history.match([*lots, probe]).matches
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
    found, washed = [], washed_units(matches)
    for lot in lots:
        if lot.sold is None or lot.proceeds is None or lot.cost is None or lot.sold + WINDOW < on:
            continue
        open_quantity, loss = lot.quantity - washed.get(lot, ZERO), lot.cost - lot.proceeds
        if loss > 0 and open_quantity > 0 and lot.wrapper.is_taxable:
            part = cents(loss * open_quantity / lot.quantity)
            where, until = (lot.lot, lot.account, lot.instrument), lot.sold + WINDOW
            found.append(RecentLoss(*where, lot.sold, open_quantity, part, until))
    return tuple(found)
