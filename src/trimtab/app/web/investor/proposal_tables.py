"""The tables of the proposal screen, each of which is CSV too.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from trimtab.app.report.figures import CostRow, TargetRow
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.cycle.bill import is_taxable
from trimtab.model.money import total
from trimtab.model.plans import Decision, Plan, Skipped
from trimtab.model.snapshots import Side, Snapshot

__all__ = [
    "cash_table",
    "cost_table",
    "effect_tables",
    "skipped_table",
    "tax_table",
    "trades_table",
    "weights_table",
]

MONEY, CENTS, SHARE = Kind.MONEY, Kind.CENTS, Kind.SHARE


def weights_table(rows: Sequence[TargetRow], of: str) -> Table:
    """Every class now, with the plan, and as wanted; `of` says what its weights are shares of."""
    columns = (
        Column("class", "Class"),
        Column("target", "Target", SHARE),
        Column("band", "Band ±", SHARE),
        Column("now", "Now", SHARE),
        Column("proposed", "With the plan", SHARE),
        Column("standing", "Now it is", Kind.SENTENCE),
        Column("ending", "With the plan it is"),
    )
    made = tuple(
        Row(
            (
                *(row.name, row.weight, row.band, row.before, row.after, row.standing),
                row.ending or "inside its band",
            ),
            "" if row.is_inside and row.ends_inside else "alert",
        )
        for row in rows
    )
    return Table("weights", f"Weights of the household's value{of}", columns, made)


def trades_table(plan: Plan, snapshot: Snapshot) -> Table:
    """Every trade with its lots, tax, cost, clause and reason."""
    columns = (
        Column("trade", "Trade"),
        Column("account", "Account"),
        Column("side", "Side"),
        Column("instrument", "Instrument"),
        Column("quantity", "Quantity", Kind.QUANTITY),
        Column("price", "Price", CENTS),
        Column("amount", "Amount", CENTS),
        Column("tax", "Tax", CENTS),
        Column("cost", "Cost", CENTS),
        Column("lots", "Lots"),
        Column("clause", "Clause"),
        Column("reason", "Reason", Kind.SENTENCE),
    )
    rows = tuple(
        Row(
            (
                trade.id,
                trade.account,
                trade.side.value,
                trade.instrument,
                trade.quantity,
                trade.price,
                trade.amount,
                trade.tax if is_taxable(snapshot, trade.account) else None,
                trade.cost.total,
                "; ".join(f"{sale.quantity:f} of {sale.lot}" for sale in trade.lots),
                trade.clause,
                trade.reason,
            )
        )
        for trade in plan.trades
    )
    return Table("trades", "The trades", columns, rows, "Nothing is traded.")


def tax_table(plan: Plan) -> Table:
    """The year's gains and tax without and with the plan."""
    before, after = plan.bill_before, plan.bill_after
    parts = [
        ("Net short-term gain", before.net_short, after.net_short),
        ("Net long-term gain", before.net_long, after.net_long),
        ("Deducted from other income", before.deduction, after.deduction),
        ("Short-term loss carried on", before.carry_short, after.carry_short),
        ("Long-term loss carried on", before.carry_long, after.carry_long),
    ]
    rows = [Row((name, one, two, two - one)) for name, one, two in parts if one or two]
    rows.append(Row(("Tax on gains", before.tax, after.tax, plan.tax), "sum"))
    columns = (
        Column("what", "This year"),
        Column("without", "Without", MONEY),
        Column("with", "With the plan", MONEY),
        Column("difference", "Difference", MONEY),
    )
    return Table("taxes", "The year's gains and tax", columns, tuple(rows))


def cost_table(rows: Sequence[CostRow], plan: Plan) -> Table:
    """What waiting costs over a year, kind by kind."""
    made = [Row((row.label, row.before, row.after, row.after - row.before)) for row in rows]
    before, after = plan.before.total, plan.after.total
    made.append(Row(("All together", before, after, after - before), "sum"))
    columns = (
        Column("what", "Over a year"),
        Column("waiting", "Doing nothing", MONEY),
        Column("plan", "The plan", MONEY),
        Column("difference", "Difference", MONEY),
    )
    return Table("costs", "What waiting costs", columns, tuple(made))


def cash_table(plan: Plan, snapshot: Snapshot) -> Table:
    """Each account's cash now and after the trades."""
    rows = [
        Row(
            (
                one.label,
                snapshot.cash_value(one.id),
                _moved(plan, one.id, Side.SELL),
                _moved(plan, one.id, Side.BUY),
                plan.cash_after[one.id],
            )
        )
        for one in snapshot.household.accounts
        if one.id in plan.cash_after
    ]
    columns = (
        Column("account", "Account"),
        Column("cash", "Cash now", CENTS),
        Column("sold", "Sold", CENTS),
        Column("bought", "Bought", CENTS),
        Column("after", "Cash after", CENTS),
    )
    return Table(
        "cash", "Cash of each account, costs and dated money counted", columns, tuple(rows)
    )


def _moved(plan: Plan, account: str, side: Side) -> Decimal:
    return total(
        trade.amount for trade in plan.trades if trade.account == account and trade.side is side
    )


def skipped_table(skipped: Sequence[Skipped]) -> Table:
    """What was looked at and left alone, and why."""
    columns = (
        Column("what", "What"),
        Column("why", "Why it stays", Kind.SENTENCE),
        Column("clause", "Clause"),
        Column("amount", "Amount", MONEY),
    )
    rows = tuple(Row((one.subject, one.reason, one.clause, one.amount)) for one in skipped)
    return Table("skipped", "What was left alone", columns, rows, "Nothing was left alone.")


def effect_tables(first: Decision, edited: Decision, snapshot: Snapshot) -> tuple[Table, ...]:
    """What edits do to cash, tax, cost and weights: as proposed against as edited."""
    one, two = first.plan, edited.plan
    if one is None or two is None:
        return ()
    amounts: list[tuple[str, Decimal, Decimal]] = [
        ("Sold", one.amount(Side.SELL), two.amount(Side.SELL)),
        ("Bought", one.amount(Side.BUY), two.amount(Side.BUY)),
        ("Net short-term gain", one.bill_after.net_short, two.bill_after.net_short),
        ("Net long-term gain", one.bill_after.net_long, two.bill_after.net_long),
        ("Tax that the plan adds", one.tax, two.tax),
        ("Trading cost", one.cost, two.cost),
    ]
    amounts += [
        (f"Cash in {account.label}", one.cash_after[account.id], two.cash_after[account.id])
        for account in snapshot.household.accounts
        if account.id in one.cash_after and account.id in two.cash_after
    ]
    waits = one.before.total - one.after.total, two.before.total - two.after.total
    rows = [Row((name, was, now, now - was)) for name, was, now in amounts]
    rows.append(Row(("Doing nothing would cost more by", *waits, waits[1] - waits[0]), "sum"))
    shares = [
        Row((name, was, now, now - was))
        for name, was in one.weights_after.items()
        for now in [two.weights_after[name]]
    ]
    errors = one.after.tracking_error, two.after.tracking_error
    shares.append(Row(("Tracking error", *errors, errors[1] - errors[0]), "sum"))
    return (
        Table("effect", "Cash, tax and cost", _columns("What", CENTS), tuple(rows)),
        Table(
            "effect-weights", "Weights after the trades", _columns("Class", SHARE), tuple(shares)
        ),
    )


def _columns(what: str, kind: Kind) -> tuple[Column, ...]:
    return (
        Column("what", what),
        Column("proposed", "As proposed", kind),
        Column("edited", "As edited", kind),
        Column("difference", "Difference", kind),
    )
