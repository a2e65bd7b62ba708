"""Breaks that the statements and the lots themselves show, beside those that booking found.

A row that could not be read, a figure that contradicts another, a lot whose basis or day nobody
knows.  Errors: none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from trimtab.books.holdings import Holdings
from trimtab.model.breaks import Break, BreakKind, break_id
from trimtab.model.lots import Lot
from trimtab.model.statements import StatedPosition, Statement

__all__ = ["row_breaks", "unknown_lots", "value_breaks"]

VALUE_SLACK = Decimal("0.01")
"""By how much quantity times price may miss the value: prices are shown rounded."""
VALUE_SLACK_DOLLARS = Decimal("0.05")
MULTIPLIERS = (Decimal(1), Decimal(100), Decimal("0.01"))
"""Options are quoted for one of a hundred shares, bonds per hundred of face value."""


def row_breaks(statements: Iterable[Statement]) -> list[Break]:
    """One break for each row that no rule could take."""
    found = []
    for statement in statements:
        accounts = _accounts(statement)
        facts = {"accounts": ", ".join(accounts)} if len(accounts) > 1 else {}
        for row in statement.breaks:
            found.append(
                Break(
                    id=break_id(BreakKind.ROW, statement.digest, row.line),
                    kind=BreakKind.ROW,
                    account=accounts[0] if len(accounts) == 1 else "",
                    instrument="",
                    message=f"{row.reason}: {row.text}",
                    remedy=row.remedy or "correct the row and import the file again",
                    blocks=bool(accounts),
                    facts={"reason": row.reason, **facts},
                    source=f"{statement.file}:{row.line}",
                )
            )
    return found


def _accounts(statement: Statement) -> list[str]:
    """The accounts that a file names, and those of its rows."""
    found = [account.id for account in statement.accounts]
    found += [row.account for row in statement.positions]
    found += [row.account for row in statement.lots]
    found += [row.account for row in statement.transactions]
    found += [row.account for row in statement.gains]
    return [account for account in dict.fromkeys(found) if account]


def unknown_lots(lots: Iterable[Lot], taxable: Collection[str]) -> list[Break]:
    """Lots in taxable accounts that cannot be sold with a known tax."""
    found = []
    for lot in lots:
        if lot.account not in taxable or lot.is_known:
            continue
        kind = BreakKind.BASIS if lot.basis is None else BreakKind.ACQUIRED
        what = "basis" if lot.basis is None else "day of purchase"
        if lot.basis is None and lot.starts is None:
            what = "basis and day of purchase"
        found.append(
            Break(
                id=break_id(kind, lot.id, lot.quantity),
                kind=kind,
                account=lot.account,
                instrument=lot.instrument,
                message=f"{lot.quantity:f} {lot.instrument}: the {what} is unknown, so the lot is "
                "not sold where its tax matters",
                remedy="import the broker's lots or older transactions, or give it",
                blocks=False,
                facts={"lot": lot.id},
            )
        )
    return found


def value_breaks(holdings: Mapping[str, Holdings]) -> list[Break]:
    """Positions whose own figures contradict each other."""
    found = []
    for one in holdings.values():
        for name, position in one.positions.items():
            told = _mismatch(position)
            if told is None:
                continue
            facts = {
                "quantity": f"{position.quantity:f}",
                "price": f"{position.price:f}",
                "value": f"{position.value:f}",
            }
            found.append(
                Break(
                    id=break_id(BreakKind.VALUE, one.account, name, *facts.values()),
                    kind=BreakKind.VALUE,
                    account=one.account,
                    instrument=name,
                    message=f"{facts['quantity']} {name} at {facts['price']} come to {told:,.2f}, "
                    f"the file says {facts['value']}",
                    remedy="compare with the broker; accept it, and the price is used",
                    facts=facts,
                    source=f"{one.file}:{position.line}",
                )
            )
    return found


def _mismatch(position: StatedPosition) -> Decimal | None:
    """What quantity and price come to, where that is not the value."""
    quantity, price, value = position.quantity, position.price, position.value
    if quantity is None or price is None or value is None or not price:
        return None
    slack = max(VALUE_SLACK * abs(value), VALUE_SLACK_DOLLARS)
    products: Sequence[Decimal] = [quantity * price * factor for factor in MULTIPLIERS]
    if any(abs(product - value) <= slack for product in products):
        return None
    return quantity * price
