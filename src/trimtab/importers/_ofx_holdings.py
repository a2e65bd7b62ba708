"""What a row of an OFX file says is held: positions, and cash as balances.

Errors: `CellError` for a row that cannot be taken.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.importers._instruments import CASH
from trimtab.importers._ofx_fields import account_of, currency_of, number_of
from trimtab.importers._ofx_stream import OfxRow
from trimtab.importers._take import Taken
from trimtab.importers._values import CellError
from trimtab.model.statements import StatedInstrument, StatedPosition

__all__ = ["balances", "ledger_balance", "position"]

EMPTY = "empty balance"


def position(row: OfxRow, instrument: StatedInstrument) -> StatedPosition:
    """A security that an account holds; what is sold short is negative.

    Refuses: one with neither units nor value.
    """
    quantity, value = number_of(row, "UNITS"), number_of(row, "MKTVAL")
    if quantity is None and value is None:
        fact = f"{instrument.symbol} has neither UNITS nor MKTVAL"
        raise CellError("no_quantity", fact, "complete the row, or take it out")
    if row.get("POSTYPE").upper() == "SHORT":
        quantity = None if quantity is None else -abs(quantity)
        value = None if value is None else -abs(value)
    return StatedPosition(
        line=row.line,
        account=account_of(row),
        instrument=instrument,
        quantity=quantity,
        value=value,
        price=number_of(row, "UNITPRICE"),
        currency=currency_of(row),
    )


def balances(row: OfxRow) -> tuple[Taken | str, ...]:
    """Cash of an investment account; money lent to it on margin is cash that it owes."""
    cash, loan = number_of(row, "AVAILCASH"), number_of(row, "MARGINBALANCE")
    first: Taken | str = EMPTY if cash is None else _cash(row, cash, "Cash")
    if loan is None or loan >= 0:
        return (first,)
    return first, _cash(row, loan, "Margin loan")


def ledger_balance(row: OfxRow) -> tuple[Taken | str, ...]:
    """Cash of a bank or card account; what is owed on a card is negative."""
    balance = number_of(row, "BALAMT")
    return (EMPTY if balance is None else _cash(row, balance, "Cash"),)


def _cash(row: OfxRow, amount: Decimal, name: str) -> StatedPosition:
    instrument = StatedInstrument(CASH, name, is_cash=True)
    currency = currency_of(row)
    return StatedPosition(row.line, account_of(row), instrument, amount, amount, currency=currency)
