"""What a Flex row says is held: positions, their lots, and cash by currency.

A position comes as a summary and, where the query asks for it, once more as its lots: the summary
is the position, the lots are lots.  Cash comes by currency and once more in the base currency.

Errors: `CellError` for a row that cannot be taken.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.importers._flex_stream import FlexElement
from trimtab.importers._flex_values import FlexValues
from trimtab.importers._instruments import CASH
from trimtab.importers._values import CellError
from trimtab.model.statements import StatedInstrument, StatedLot, StatedPosition

__all__ = ["BASE_SUMMARY", "cash_balance", "is_lot", "position_or_lot"]

BASE_SUMMARY = "BASE_SUMMARY"


def is_lot(row: FlexElement) -> bool:
    """Whether an open position is one lot of it; old reports tell only by its day of purchase."""
    level = row.get("levelOfDetail").upper()
    return level == "LOT" or (not level and bool(row.get("openDateTime")))


def position_or_lot(
    row: FlexElement, account: str, values: FlexValues
) -> StatedPosition | StatedLot:
    """An open position, or one of its lots; what is sold short is negative.

    Refuses: a row without a quantity.
    """
    instrument = values.held(row)
    quantity = values.number(row, "position")
    if quantity is None:
        quantity = values.number(row, "quantity")
    if quantity is None:
        fact = f"{instrument.symbol} has no quantity (position)"
        raise CellError("no_quantity", fact, "let the Flex query contain it, or complete the row")
    value, price = values.number(row, "positionValue"), values.number(row, "markPrice")
    cost, currency = _cost(row, quantity, values), row.get("currency").upper()
    if is_lot(row):
        return StatedLot(
            line=row.line,
            account=account,
            instrument=instrument,
            quantity=quantity,
            cost=cost,
            acquired=values.day(row, "openDateTime", "holdingPeriodDateTime"),
            value=value,
            price=price,
            currency=currency,
            broker_id=row.get("originatingTransactionID"),
        )
    return StatedPosition(
        row.line, account, instrument, quantity, value, cost, price=price, currency=currency
    )


def _cost(row: FlexElement, quantity: Decimal, values: FlexValues) -> Decimal | None:
    """The cost of the whole, also where only that of one unit is written."""
    cost = values.number(row, "costBasisMoney")
    each = values.number(row, "costBasisPrice") if cost is None else None
    if each is None:
        return cost
    multiplier = values.number(row, "multiplier")
    return each * quantity * (Decimal(1) if multiplier is None else multiplier)


def cash_balance(
    row: FlexElement, account: str, currency: str, values: FlexValues
) -> StatedPosition | str:
    """The cash of one currency at the end, or the rule that ignores the row."""
    amount = values.number(row, "endingCash")
    if amount is None:
        return "no closing balance"
    instrument = StatedInstrument(CASH, f"Cash {currency}".rstrip(), is_cash=True)
    return StatedPosition(row.line, account, instrument, amount, amount, currency=currency)
