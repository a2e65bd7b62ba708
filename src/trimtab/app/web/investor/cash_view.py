"""What becomes of money that comes or is needed: the plan's answer, account by account.

Errors: `InputError` for an amount that is none.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trimtab.app.household import VALUE_MAX
from trimtab.app.report.words import SYMBOLS
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.guards._after import cash_moved
from trimtab.model.errors import InputError
from trimtab.model.money import cents, exact, total
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["amount_of", "answer_table"]

LENGTH_MAX = 40
WRITTEN = re.compile(r"(\d+|\d{1,3}(,\d{3})+)?(\.\d{0,2})?", re.ASCII)
"""Commas part thousands and a point parts cents; anything else could mean another amount."""
SPACED = re.compile(r"\d{1,3}(?P<by>[ \u00a0\u2009\u202f'\u2019])\d{3}((?P=by)\d{3})*(\.\d{0,2})?")
"""Thousands parted by spaces or marks, which nothing else could mean."""
PLAIN = re.compile(r"[\d.,]+", re.ASCII)
OTHER_MONEY = re.compile(r"[$€£¥₹₩₽₺]|\b[A-Z]{3}\b")
EXAMPLE = "write it like 20000"


def amount_of(text: str, currency: str = "USD") -> Decimal:
    """An amount as people write it: digits, with commas and the sign of its currency if they like.

    Unit: cents at least; `currency` the one that it is in.
    Refuses: what is no number, nothing, less than a cent, parts of a cent, commas that part no
    thousands, another currency, and more than there is in the world.
    """
    shown = text.strip()[:LENGTH_MAX]
    told = _unmarked(text.strip(), currency)
    if SPACED.fullmatch(told):
        told = re.sub("[ \u00a0\u2009\u202f'\u2019]", "", told)
    written = told.replace(",", "")
    if not written:
        raise InputError("amount", "it is empty", "", EXAMPLE)
    if len(written) > LENGTH_MAX:
        raise InputError("amount", f"{written[:LENGTH_MAX]}… is too long", "", EXAMPLE)
    if OTHER_MONEY.search(told):
        raise InputError("amount", f"{shown} names another currency", f"it is in {currency}")
    amount = exact(written, "amount")
    if amount < Decimal("0.01"):
        remedy = "say which way by the choice before it"
        raise InputError("amount", f"it is {shown}", "at least a cent", remedy)
    if amount > VALUE_MAX:
        raise InputError("amount", f"it is {shown}", f"at most {VALUE_MAX:,}", EXAMPLE)
    if not PLAIN.fullmatch(told):
        raise InputError("amount", f"{shown} is not written in plain digits", "", EXAMPLE)
    if not WRITTEN.fullmatch(told):
        fact = f"{shown} can be read in two ways"
        raise InputError("amount", fact, "commas part thousands, a point parts cents", EXAMPLE)
    return cents(amount)


def _unmarked(text: str, currency: str) -> str:
    """An amount without the sign or the code of its own currency."""
    for mark in {SYMBOLS.get(currency, currency), currency}:
        text = text.removeprefix(mark).removesuffix(mark).strip()
    return text


def answer_table(plan: Plan, snapshot: Snapshot) -> Table:
    """Each account: money that comes or goes, what is traded for it, tax, cash before and after.

    Money that the mandate dates within its horizon is counted, too.
    """
    rows, sums = [], [Decimal(0)] * 6
    for one in snapshot.household.accounts:
        if one.id not in plan.cash_after:
            continue
        before, after = snapshot.cash_value(one.id), plan.cash_after[one.id]
        money = after - before - cash_moved(plan, one.id)
        trades = [trade for trade in plan.trades if trade.account == one.id]
        cells = [
            before,
            cents(money),
            total(trade.amount for trade in trades if trade.side is Side.SELL),
            total(trade.amount for trade in trades if trade.side is Side.BUY),
            total(trade.tax for trade in trades),
            after,
        ]
        sums = [one + two for one, two in zip(sums, cells, strict=True)]
        rows.append(Row((one.label, *cells)))
    rows.append(Row(("All accounts", *sums), "sum"))
    columns = (
        Column("account", "Account"),
        Column("before", "Cash now", Kind.CENTS),
        Column("money", "Comes or goes", Kind.CENTS),
        Column("sold", "Sold", Kind.CENTS),
        Column("bought", "Bought", Kind.CENTS),
        Column("tax", "Tax", Kind.CENTS),
        Column("after", "Cash after", Kind.CENTS),
    )
    return Table("answer", "The answer, account by account", columns, tuple(rows))
