"""The screen of `trimtab explain TRADE`: everything about one trade of a plan."""

from rich.console import Console
from rich.text import Text

from trimtab.app.clauses import clause_text
from trimtab.app.household import LoadedHousehold
from trimtab.app.screens.plan_screen import lot_words
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import (
    console,
    heading,
    money,
    money_cents,
    paragraph,
    percent,
    quantity,
    signed_money,
)
from trimtab.model.lots import Lot, long_term_from
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Decision, Plan, Trade
from trimtab.model.snapshots import Side, Snapshot
from trimtab.model.taxes import TaxBill

__all__ = ["show_trade"]


def show_trade(decision: Decision, plan: Plan, trade: Trade, loaded: LoadedHousehold) -> None:
    """Print all about one trade."""
    out, currency = console(), loaded.household.base_currency
    account = loaded.household.account(trade.account)
    instrument = loaded.snapshot.instruments[trade.instrument]
    name = f" ({instrument.name})" if instrument.name else ""
    units = f"{quantity(trade.quantity)} {trade.instrument}{name}"
    title = f"{trade.id}: {trade.side.value} {units} in {account.label}"
    out.print(Text(title, style="bold"))
    price = loaded.snapshot.prices[trade.instrument]
    paragraph(
        out,
        f"{quantity(trade.quantity)} × {quantity(trade.price)} {price.currency} "
        f"= {money_cents(trade.amount, currency)}; price of {price.on}, {price.source or 'feed'}.",
        indent=2,
    )
    heading(out, "Why")
    paragraph(out, f"{trade.reason[0].upper()}{trade.reason[1:]}.", indent=2)
    text = clause_text(loaded.mandate, trade.clause)
    paragraph(out, f"Clause {trade.clause}: {text}.", "dim", indent=2)
    _lots(out, trade, loaded.snapshot, currency)
    _tax(out, plan, trade, loaded.snapshot, currency)
    _cost(out, trade, currency)
    _position(out, trade, loaded.snapshot, currency)
    _others(out, trade, loaded.snapshot, currency)
    _skipped(out, plan, trade)
    findings = [f for f in decision.findings if trade.instrument in f"{f.subject} {f.message}"]
    if findings:
        heading(out, "Findings on it")
        for finding in findings:
            paragraph(out, f"{finding.severity.name.lower()}: {finding}.", indent=2, hang=2)


def _lots(out: Console, trade: Trade, snapshot: Snapshot, currency: str) -> None:
    """The lots that a sale takes, each with its arithmetic."""
    if not trade.lots:
        return
    heading(out, "Lots")
    for sale in trade.lots:
        paragraph(out, lot_words(sale, currency), indent=2, hang=2)
        if sale.basis is not None:
            sum_words = (
                f"proceeds {money_cents(sale.proceeds, currency)} − basis "
                f"{money_cents(sale.basis, currency)} = {money_cents(sale.gain or ZERO, currency)}"
            )
            held = f"; bought {sale.acquired}" if sale.acquired else ""
            if sale.acquired:
                held += f", held {(snapshot.as_of - sale.acquired).days} days"
            paragraph(out, f"{sum_words}{held}", "dim", indent=4, hang=2)


def _tax(out: Console, plan: Plan, trade: Trade, snapshot: Snapshot, currency: str) -> None:
    """How the trade's tax comes about."""
    heading(out, "Tax")
    if not snapshot.household.account(trade.account).wrapper.is_taxable:
        paragraph(out, "None: a trade inside this account is not a taxable event.", indent=2)
        return
    if trade.side is Side.BUY:
        paragraph(out, "None: a purchase realises nothing.", indent=2)
        return
    share = signed_money(trade.tax, currency)
    whole = signed_money(plan.tax, currency)
    paragraph(
        out,
        f"{share} is this trade's share of the plan's {whole}: the year's bill with the plan "
        "less the bill without it, since gains and losses net.",
        indent=2,
    )
    for title, bill in (("Without the plan", plan.bill_before), ("With it", plan.bill_after)):
        _bill(out, title, bill, currency)


def _bill(out: Console, title: str, bill: TaxBill, currency: str) -> None:
    head = f"{title}: {money_cents(bill.tax, currency)}"
    nets = f"net short {money(bill.net_short, currency)}, net long {money(bill.net_long, currency)}"
    paragraph(out, f"{head} ({nets})", indent=2)
    for line in bill.lines:
        source = f" [{line.source}]" if line.source else ""
        text = f"{line.text}: {money_cents(line.amount, currency)}{source}"
        paragraph(out, text, "dim", indent=4, hang=2)


def _cost(out: Console, trade: Trade, currency: str) -> None:
    heading(out, "Cost of trading")
    cost = trade.cost
    paragraph(
        out,
        f"spread {money_cents(cost.spread, currency)} + impact {money_cents(cost.impact, currency)}"
        f" + commission {money_cents(cost.commission, currency)} "
        f"= {money_cents(cost.total, currency)}",
        indent=2,
    )


def _position(out: Console, trade: Trade, snapshot: Snapshot, currency: str) -> None:
    """What the household holds of the instrument, before and after."""
    heading(out, f"{trade.instrument} in the household")
    sign = 1 if trade.side is Side.BUY else -1
    unit = snapshot.unit_value(trade.instrument)
    table = plain_table(
        ("  Account", "fold"), ("Held", "right"), ("After", "right"), ("Value after", "right")
    )
    for account in snapshot.household.accounts:
        held = total(
            lot.quantity
            for lot in snapshot.lots
            if (lot.account, lot.instrument) == (account.id, trade.instrument)
        )
        after = held + (sign * trade.quantity if account.id == trade.account else ZERO)
        if held or after:
            table.add_row(
                Text(f"  {account.id}"),
                quantity(held),
                quantity(after),
                money(after * unit, currency),
            )
    show_table(out, table)


def _others(out: Console, trade: Trade, snapshot: Snapshot, currency: str) -> None:
    """Lots of the same instrument in the account that the sale leaves alone."""
    if trade.side is Side.BUY:
        return
    sold = {sale.lot for sale in trade.lots}
    others = [
        lot
        for lot in snapshot.lots
        if (lot.account, lot.instrument) == (trade.account, trade.instrument) and lot.id not in sold
    ]
    if not others:
        return
    heading(out, "Lots that it leaves alone")
    for lot in others:
        paragraph(out, _kept_words(lot, snapshot, currency), indent=2, hang=2)


def _kept_words(lot: Lot, snapshot: Snapshot, currency: str) -> str:
    """A lot that is kept: what selling it instead would have realised."""
    words = f"{quantity(lot.quantity)} of {lot.id}"
    if lot.basis is None:
        return f"{words}: basis unknown, so it is not sold"
    gain, term = snapshot.lot_value(lot) - lot.basis, lot.term(snapshot.as_of)
    kind = "loss" if gain < 0 else "gain"
    words += f": {f'{term.value}-term ' if term else ''}{kind} {money(abs(gain), currency)}"
    if lot.basis:
        words += f" ({percent(abs(gain) / lot.basis)} of its basis)"
    if lot.starts and term and term.value == "short":
        words += f", long-term from {long_term_from(lot.starts)}"
    return words


def _skipped(out: Console, plan: Plan, trade: Trade) -> None:
    """What was looked at and not traded on the same instrument."""
    items = [
        item for item in plan.skipped if trade.instrument in item.subject.replace(",", "").split()
    ]
    if not items:
        return
    heading(out, "Looked at on the same instrument, and left")
    for item in items:
        paragraph(out, f"{item.subject}: {item.reason}", indent=2, hang=2)
