"""What a Flex row says happened: trades, conversions, cash, transfers, corporate actions.

Amounts are what cash changed by, as Interactive Brokers signs them.  A commission in a currency of
its own is no part of the amount and stands in the text.

Errors: `CellError` for a row that cannot be taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from trimtab.importers._flex_stream import FlexElement
from trimtab.importers._flex_values import CASH_CATEGORY, FlexValues
from trimtab.importers._values import CellError
from trimtab.model.statements import Action, StatedGain, StatedTransaction

__all__ = [
    "cash_transaction",
    "closed_lot",
    "corporate_action",
    "trade",
    "transaction_tax",
    "transfer",
]

ZERO = Decimal(0)
REMEDY = "complete the row, or take it out"

_CASH_TYPES: Mapping[str, Action] = {
    "dividends": Action.DIVIDEND,
    "payment in lieu of dividends": Action.DIVIDEND,
    "withholding tax": Action.TAX,
    "871(m) withholding": Action.TAX,
    "broker interest received": Action.INTEREST,
    "broker interest paid": Action.INTEREST,
    "bond interest received": Action.INTEREST,
    "bond interest paid": Action.INTEREST,
    "other fees": Action.FEE,
    "broker fees": Action.FEE,
    "advisor fees": Action.FEE,
    "client fees": Action.FEE,
    "commission adjustments": Action.FEE,
    "transaction tax": Action.TAX,
    "sales tax": Action.TAX,
    "other income": Action.OTHER,
    "price adjustments": Action.OTHER,
}
_MOVED = re.compile(r"deposits?\b.*withdrawals?", re.IGNORECASE)
_RETURN_OF_CAPITAL = re.compile(r"return of capital", re.IGNORECASE)

_SPLITS = ("FS", "RS", "FI", "CS", "SD", "HI")
_EXCHANGES = ("IC", "TC", "TI", "TO", "BC", "CC", "CO", "OR")
_CORPORATE_TYPES: Mapping[str, Action] = {
    **dict.fromkeys(_SPLITS, Action.SPLIT),
    **dict.fromkeys(_EXCHANGES, Action.SYMBOL_CHANGE),
    "BM": Action.SELL,
    "TM": Action.SELL,
    "CD": Action.DIVIDEND,
    "CH": Action.DIVIDEND,
    "CP": Action.INTEREST,
}
"""Codes of corporate actions; those not here (spin-offs, rights) need a person's answer."""
_CORPORATE_WORDS = (
    (re.compile(r"\bsplit\b|stock dividend", re.IGNORECASE), Action.SPLIT),
    (
        re.compile(r"\bmerge|acquisition|(cusip|isin|symbol|name) change|tender", re.IGNORECASE),
        Action.SYMBOL_CHANGE,
    ),
)


def trade(row: FlexElement, account: str, values: FlexValues) -> StatedTransaction:
    """An execution, order or day's summary; one of currencies is a conversion.

    Refuses: a row without a day, a quantity or a side.
    """
    instrument, quantity = values.held(row), values.number(row, "quantity")
    if quantity is None:
        fact = f"the trade in {instrument.symbol} has no quantity"
        raise CellError("no_quantity", fact, REMEDY)
    on = values.day(row, "tradeDate", "dateTime", "reportDate")
    if on is None:
        raise CellError("no_date", f"the trade in {instrument.symbol} has no day", REMEDY)
    side = row.get("buySell").upper()
    action = _side(row, side, quantity)
    if side in ("BUY", "SELL"):
        quantity = abs(quantity) if side == "BUY" else -abs(quantity)
    amount, fee, apart = _money(row, action, values)
    words = (side, row.get("transactionType"), row.get("notes"), apart)
    price = values.number(row, "tradePrice")
    return StatedTransaction(
        line=row.line,
        account=account,
        on=on,
        action=action,
        instrument=instrument,
        quantity=quantity,
        amount=amount,
        price=values.number(row, "price") if price is None else price,
        fee=fee,
        currency=row.get("currency").upper(),
        settles=values.day(row, "settleDateTarget", "settleDate"),
        text=" ".join(word for word in words if word),
        broker_id=_first(row, "transactionID", "tradeID", "ibExecID", "ibOrderID", "orderID"),
    )


def _side(row: FlexElement, side: str, quantity: Decimal) -> Action:
    """Whether a trade bought or sold; "BUY (Ca.)" is a purchase called off.

    Refuses: a trade that says so neither by word nor by sign.
    """
    if row.get("assetCategory") == CASH_CATEGORY:
        return Action.CONVERSION
    if side.startswith(("BUY", "SELL")):
        return Action.BUY if side.startswith("BUY") else Action.SELL
    if not quantity:
        fact = f"neither buySell nor quantity says which way {row.get('symbol')} went"
        raise CellError("no_sign", fact, REMEDY)
    return Action.BUY if quantity > 0 else Action.SELL


def _money(
    row: FlexElement, action: Action, values: FlexValues
) -> tuple[Decimal | None, Decimal | None, str]:
    """What cash changed by, the costs within it, and words on costs in another currency."""
    commission = values.number(row, "ibCommission")
    if commission is None:
        commission = values.number(row, "commission")
    taxes = values.number(row, "taxes")
    if taxes is None:
        taxes = values.number(row, "tax")
    paid_in = _first(row, "ibCommissionCurrency", "commissionCurrency").upper()
    currency, apart = row.get("currency").upper(), ""
    if commission and paid_in and paid_in != currency:
        commission, apart = None, f"commission {commission} {paid_in}"
    costs = [cost for cost in (commission, taxes) if cost is not None]
    fee = -sum(costs, ZERO) if costs else None
    net = values.number(row, "netCash")
    if net is not None and action is not Action.CONVERSION:  # whose net cash is always zero
        return net, fee, apart
    proceeds = values.number(row, "proceeds")
    if proceeds is None:
        money = values.number(row, "tradeMoney")
        proceeds = None if money is None else -money
    return (None if proceeds is None else proceeds + sum(costs, ZERO)), fee, apart


def closed_lot(row: FlexElement, account: str, values: FlexValues) -> StatedGain:
    """What the sale of one lot realised."""
    note = row.get("notes").upper().replace(";", " ").split()
    return StatedGain(
        line=row.line,
        account=account,
        instrument=values.held(row),
        quantity=values.number(row, "quantity"),
        acquired=values.day(row, "openDateTime", "holdingPeriodDateTime"),
        sold=values.day(row, "tradeDate", "dateTime", "reportDate"),
        proceeds=values.number(row, "proceeds"),
        cost=values.number(row, "cost"),
        gain=values.number(row, "fifoPnlRealized"),
        term="long" if "LT" in note else "short" if "ST" in note else "",
        currency=row.get("currency").upper(),
    )


def cash_transaction(row: FlexElement, account: str, values: FlexValues) -> StatedTransaction:
    """A dividend, tax, interest, fee, deposit or withdrawal.

    Refuses: a row without an amount, and a type that is not known.
    """
    amount = values.number(row, "amount")
    if amount is None:
        raise CellError("no_amount", "the cash transaction has no amount", REMEDY)
    kind, text = row.get("type"), row.get("description")
    if _MOVED.search(kind):
        action = Action.DEPOSIT if amount >= 0 else Action.WITHDRAWAL
    elif kind.lower() in _CASH_TYPES:
        action = _CASH_TYPES[kind.lower()]
        if action is Action.DIVIDEND and _RETURN_OF_CAPITAL.search(text):
            action = Action.RETURN_OF_CAPITAL
    else:
        fact = f"nothing is known of cash transactions of type {kind[:60]!r}"
        raise CellError("unknown_action", fact, "say what it was: `trimtab breaks`")
    return _happened(row, account, action, values, amount=amount, text=text)


def transaction_tax(row: FlexElement, account: str, values: FlexValues) -> StatedTransaction:
    """A tax on trading that stands apart from its trade."""
    amount = values.number(row, "taxAmount")
    if amount is None:
        raise CellError("no_amount", "the tax has no amount (taxAmount)", REMEDY)
    text = row.get("taxDescription")
    return _happened(row, account, Action.TAX, values, amount=amount, text=text)


def transfer(row: FlexElement, account: str, values: FlexValues) -> StatedTransaction:
    """Units or cash from or to another account.

    Refuses: a row that says neither by word nor by sign which way it went.
    """
    quantity, cash = values.number(row, "quantity"), values.number(row, "cashTransfer")
    if row.get("assetCategory") == CASH_CATEGORY and not cash:
        quantity, cash = None, quantity
    way, sign = row.get("direction").upper(), quantity or cash or ZERO
    if way not in ("IN", "OUT"):
        if not sign:
            fact = "neither direction nor quantity says which way the transfer went"
            raise CellError("no_sign", fact, REMEDY)
        way = "IN" if sign > 0 else "OUT"
    if quantity is not None:
        quantity = abs(quantity) if way == "IN" else -abs(quantity)
    words = (row.get("type"), row.get("company"), row.get("account"), row.get("description"))
    return _happened(
        row,
        account,
        Action.TRANSFER_IN if way == "IN" else Action.TRANSFER_OUT,
        values,
        quantity=quantity or None,
        amount=cash or None,
        text=" ".join(word for word in words if word),
    )


def corporate_action(row: FlexElement, account: str, values: FlexValues) -> StatedTransaction:
    """A split, merger, spin-off or the like; spin-offs and rights need a person's answer."""
    kind, text = row.get("type").upper(), row.get("actionDescription") or row.get("description")
    action = _CORPORATE_TYPES.get(kind)
    if action is None and not kind:
        action = next((found for words, found in _CORPORATE_WORDS if words.search(text)), None)
    return _happened(
        row,
        account,
        action or Action.OTHER,
        values,
        quantity=values.number(row, "quantity"),
        amount=values.number(row, "proceeds"),
        text=text,
    )


def _happened(
    row: FlexElement,
    account: str,
    action: Action,
    values: FlexValues,
    *,
    quantity: Decimal | None = None,
    amount: Decimal | None = None,
    text: str,
) -> StatedTransaction:
    """A transaction that is no trade.

    Refuses: one without a day.
    """
    on = values.day(row, "dateTime", "date", "settleDate", "reportDate")
    if on is None:
        raise CellError("no_date", f"{row.tag} has no day (dateTime)", REMEDY)
    return StatedTransaction(
        line=row.line,
        account=account,
        on=on,
        action=action,
        instrument=values.instrument(row),
        quantity=quantity,
        amount=amount,
        currency=row.get("currency").upper(),
        settles=values.day(row, "settleDate"),
        text=text,
        broker_id=_first(row, "transactionID", "tradeId", "tradeID"),
    )


def _first(row: FlexElement, *names: str) -> str:
    return next((text for name in names if (text := row.get(name))), "")
