"""What the report says, as rows: computed once, from the decision alone, for tables and charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from trimtab.app.report.words import day, points
from trimtab.books.wash_planning import wash_windows
from trimtab.model.accounts import Account
from trimtab.model.lots import Term, long_term_from
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Decision, Plan, Trade
from trimtab.model.proposals import CostParts
from trimtab.model.snapshots import Side, Snapshot
from trimtab.model.wash_readings import WashSaleReading

__all__ = [
    "AccountTrades",
    "AgingLot",
    "CostRow",
    "TargetRow",
    "WashRow",
    "account_trades",
    "aging_lots",
    "cost_rows",
    "target_rows",
    "wash_rows",
]

WINDOW = timedelta(days=30)
"""Each side of a loss sale (26 USC 1091(a))."""


ON_TARGET = 0.0005
"""A drift that rounds to no tenth of a point."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target against its band, before and after; fractions of the household's value."""

    name: str
    weight: float
    band: float
    before: float
    after: float

    @property
    def is_inside(self) -> bool:
        """Whether it lies in its band today."""
        return abs(self.before - self.weight) <= self.band

    @property
    def ends_inside(self) -> bool:
        """Whether it lies in its band after the plan."""
        return abs(self.after - self.weight) <= self.band

    @property
    def ending(self) -> str:
        """What a plan leaves outside its band, in words; empty where it ends inside."""
        if self.ends_inside:
            return ""
        return "then outside" if self.is_inside else "still outside"

    @property
    def standing(self) -> str:
        """Where it stands today, in words."""
        drift = self.before - self.weight
        if abs(drift) < ON_TARGET:
            return "on its target"
        side = "over" if drift > 0 else "under"
        if self.is_inside:
            return f"{points(drift)} {side}, inside its band"
        return f"{points(drift)} {side}, {points(abs(drift) - self.band)} outside its band"


def target_rows(plan: Plan, mandate: Mandate) -> tuple[TargetRow, ...]:
    """Every target, in the mandate's order."""
    return tuple(
        TargetRow(
            target.name,
            float(target.weight),
            float(target.band.width(target.weight)),
            plan.weights_before.get(target.name, 0.0),
            plan.weights_after.get(target.name, 0.0),
        )
        for target in mandate.targets
    )


@dataclass(frozen=True, slots=True)
class AccountTrades:
    """The trades of one account, sales first, and the cash that is left in it."""

    account: Account
    trades: tuple[Trade, ...]
    cash_after: Decimal | None

    @property
    def sold(self) -> Decimal:
        """What it sells."""
        return total(trade.amount for trade in self.trades if trade.side is Side.SELL)

    @property
    def bought(self) -> Decimal:
        """What it buys."""
        return total(trade.amount for trade in self.trades if trade.side is Side.BUY)


def account_trades(plan: Plan, snapshot: Snapshot) -> tuple[AccountTrades, ...]:
    """The accounts that trade, in the household's order."""
    found = (
        AccountTrades(
            account,
            tuple(trade for trade in plan.trades if trade.account == account.id),
            plan.cash_after.get(account.id),
        )
        for account in snapshot.household.accounts
    )
    return tuple(each for each in found if each.trades)


@dataclass(frozen=True, slots=True)
class CostRow:
    """One kind of cost without and with the plan, in dollars."""

    label: str
    look: str
    before: float
    after: float


COST_KINDS = (
    ("drift", "Drift, priced for a year"),
    ("location", "Tax drag of where things are held, a year"),
    ("tax", "Tax, less what carried losses will save"),
    ("spread", "Spread"),
    ("impact", "Market impact"),
    ("commission", "Commission"),
)


def cost_rows(before: CostParts, after: CostParts) -> tuple[CostRow, ...]:
    """The parts of the objective that are not zero both times."""
    rows = (
        CostRow(label, name, getattr(before, name), getattr(after, name))
        for name, label in COST_KINDS
    )
    return tuple(row for row in rows if row.before or row.after)


@dataclass(frozen=True, slots=True)
class WashRow:
    """One loss and the 61 days around it; `purchases` are days and words of what was bought."""

    label: str
    sold: date
    is_planned: bool
    purchases: tuple[tuple[date, str], ...]
    disallowed: Decimal

    @property
    def first(self) -> date:
        """The first day of the window."""
        return self.sold - WINDOW

    @property
    def last(self) -> date:
        """The last day of the window."""
        return self.sold + WINDOW

    @property
    def note(self) -> str:
        """What the row means for the days ahead."""
        verb = "selling" if self.is_planned else "sold"
        return f"{verb} on {day(self.sold)}; buying it again is safe after {day(self.last)}"


def wash_rows(
    decision: Decision, snapshot: Snapshot, reading: WashSaleReading
) -> tuple[WashRow, ...]:
    """The plan's loss sales in taxable accounts, and earlier ones whose window is open."""
    on = snapshot.as_of
    rows: list[WashRow] = []
    planned = decision.plan.trades if decision.plan is not None else ()
    for trade in planned:
        losses = [sale for sale in trade.lots if sale.gain is not None and sale.gain < 0]
        if losses and snapshot.household.account(trade.account).wrapper.is_taxable:
            group = snapshot.instruments[trade.instrument].wash_group
            bought = tuple(_purchases(snapshot, planned, group, on, sold_lots(trade)))
            disallowed = total(sale.disallowed for sale in losses)
            rows.append(WashRow(trade.instrument, on, True, bought, disallowed))
    for group, window in wash_windows(snapshot, on, reading).items():
        for loss in window.losses:
            bought = tuple(_purchases(snapshot, planned, group, loss.sold, frozenset()))
            rows.append(WashRow(loss.instrument, loss.sold, False, bought, ZERO))
    return tuple(rows)


def sold_lots(trade: Trade) -> frozenset[str]:
    """The lots that a trade sells from; a lot does not replace itself."""
    return frozenset(sale.lot for sale in trade.lots)


def _purchases(
    snapshot: Snapshot,
    planned: Iterable[Trade],
    group: str,
    sold: date,
    own: frozenset[str],
) -> Iterable[tuple[date, str]]:
    """What was or would be bought of a group within the window around a sale."""
    for lot in snapshot.lots:
        inside = lot.acquired is not None and abs(lot.acquired - sold) <= WINDOW
        if (
            inside
            and lot.id not in own
            and snapshot.instruments[lot.instrument].wash_group == group
        ):
            label = snapshot.household.account(lot.account).label
            how = "reinvested in" if lot.reinvested else "bought in"
            yield lot.acquired or sold, f"{how} {label}"
    for trade in planned:
        same = snapshot.instruments[trade.instrument].wash_group == group
        if trade.side is Side.BUY and same and abs(snapshot.as_of - sold) <= WINDOW:
            label = snapshot.household.account(trade.account).label
            yield snapshot.as_of, f"this plan, in {label}"


@dataclass(frozen=True, slots=True)
class AgingLot:
    """A short-term lot of a taxable account on its way to long-term."""

    lot: str
    instrument: str
    long_term_from: date
    days_left: int
    gain: Decimal
    is_sold: bool


def aging_lots(plan: Plan | None, snapshot: Snapshot) -> tuple[AgingLot, ...]:
    """Every short-term lot of known basis in a taxable account, the nearest to long-term first."""
    trades = plan.trades if plan is not None else ()
    sold = {sale.lot for trade in trades for sale in trade.lots}
    found = []
    for lot in snapshot.lots:
        is_taxable = snapshot.household.account(lot.account).wrapper.is_taxable
        if not is_taxable or lot.basis is None or lot.starts is None:
            continue
        if lot.term(snapshot.as_of) is Term.SHORT:
            first = long_term_from(lot.starts)
            gain = snapshot.lot_value(lot) - lot.basis
            days = (first - snapshot.as_of).days
            found.append(AgingLot(lot.id, lot.instrument, first, days, gain, lot.id in sold))
    return tuple(sorted(found, key=lambda lot: lot.days_left))
