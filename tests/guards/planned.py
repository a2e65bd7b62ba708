"""Plans as tables: what a guard reads, stated as on paper."""

from decimal import Decimal

from trimtab.model.money import ZERO, total
from trimtab.model.plans import Coverage, LotSale, Plan, Trade, TradeCost
from trimtab.model.proposals import CostParts
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill
from trimtab.testing.worlds import World, number, rows

D = Decimal
COLUMNS = ("side", "account", "instrument", "qty", "lot", "clause", "disallowed", "cost")
COVERED = "covered"


def bill(tax: str = "0", short: str = "0.35", long: str = "0.15") -> TaxBill:
    """A bill of this tax, with what one more dollar of gain would cost."""
    return TaxBill(D(tax), ZERO, ZERO, ZERO, ZERO, ZERO, (), (), ZERO, D(short), D(long))


def coverage(home: World, not_loaded: tuple[str, ...] = ()) -> Coverage:
    """The coverage of a wash-sale answer over all accounts of the world."""
    accounts = tuple(account.id for account in home.snapshot.household.accounts)
    day = home.snapshot.as_of
    return Coverage(accounts, not_loaded, day, day, 0)


def planned(
    home: World,
    table: str = "",
    *,
    before: TaxBill | None = None,
    after: TaxBill | None = None,
    parts: tuple[CostParts, CostParts] = (CostParts(drift=500.0), CostParts(drift=50.0)),
    seen: Coverage | str | None = COVERED,
    flows: dict[str, str] | None = None,
) -> Plan:
    """A plan with these trades; cash, weights and proceeds follow from the world."""
    trades = tuple(_trade(home, number, row) for number, row in enumerate(rows(table, COLUMNS), 1))
    cash = {}
    for account in home.snapshot.household.accounts:
        moved = total(
            (t.amount if t.side is Side.SELL else -t.amount) - t.cost.total
            for t in trades
            if t.account == account.id
        )
        flow = D((flows or {}).get(account.id, "0"))
        cash[account.id] = home.snapshot.cash_value(account.id) + moved + flow
    return Plan(
        trades,
        cash,
        bill() if before is None else before,
        bill() if after is None else after,
        *parts,
        _weights(home, ()),
        _weights(home, trades),
        coverage=coverage(home) if isinstance(seen, str) else seen,
    )


def _trade(home: World, count: int, row) -> Trade:
    snapshot = home.snapshot
    name, quantity = row.need("instrument"), D(row.need("qty").replace(",", ""))
    price = snapshot.unit_value(name)
    cost = TradeCost(spread=row.number("cost") or ZERO)
    lots = tuple(
        LotSale(
            lot.id,
            quantity,
            quantity * price,
            None if lot.basis is None else lot.basis * quantity / lot.quantity,
            lot.acquired,
            lot.term(snapshot.as_of),
            number(row.get("disallowed") or "0"),
        )
        for lot in snapshot.lots
        if lot.id == row.get("lot")
    )
    return Trade(
        f"T{count}",
        row.need("account"),
        name,
        Side(row.need("side")),
        quantity,
        price,
        quantity * price,
        cost,
        row.get("clause") or "targets.stocks",
        "",
        lots,
    )


def _weights(home: World, trades: tuple[Trade, ...]) -> dict[str, float]:
    snapshot = home.snapshot
    held = dict.fromkeys(snapshot.instruments, ZERO)
    for lot in snapshot.lots:
        held[lot.instrument] += snapshot.lot_value(lot)
    for trade in trades:
        held[trade.instrument] += trade.amount if trade.side is Side.BUY else -trade.amount
    return {
        target.name: float(total(held[name] for name in target.instruments) / snapshot.value)
        for target in home.mandate.targets
    }


__all__ = ["COVERED", "bill", "coverage", "planned"]
