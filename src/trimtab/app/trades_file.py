"""Read `trades.csv`: recent purchases and sales, so that wash sales across them are seen.

    date,account,instrument,side,quantity,amount,gain,term
    2022-09-24,ben_roth,VTI,buy,10,1830.00,,
    2022-10-03,joint,AAPL,sell,25,3560.00,-412.50,short

What was bought and is still held stands in `lots.csv` with its day and need not be repeated.
A sale in a taxable account needs its gain (a loss with a minus sign); further columns: term, lot
(the lot that was sold or bought), washed_quantity (units of a loss that are disallowed already),
served_quantity (units sold that had replaced others in a wash sale before), note.

Errors: `InputErrors` with every broken row of the file, each with line, value, bound and remedy.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.csv_rows import Row, csv_rows
from trimtab.app.row_checks import UNKNOWN, Known, RowChecks
from trimtab.app.text_files import Collector, read_text
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.lots import Term
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Side, TradeRecord

__all__ = ["TRADES_NAME", "parse_trades", "read_trades"]

TRADES_NAME = "trades.csv"
REQUIRED = ("date", "account", "instrument", "side", "quantity", "amount")
OPTIONAL = ("gain", "term", "lot", "washed_quantity", "served_quantity", "note")
SIDES = {"buy": Side.BUY, "bought": Side.BUY, "sell": Side.SELL, "sold": Side.SELL}


def read_trades(path: Path, known: Known | None, as_of: date | None) -> tuple[TradeRecord, ...]:
    """The trades in a file; `known` and `as_of` as for lots.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    try:
        text = read_text(path, "trades")
    except InputError as error:
        raise InputErrors([error]) from None
    return parse_trades(text, str(path), known, as_of)


def parse_trades(
    text: str, file: str, known: Known | None, as_of: date | None
) -> tuple[TradeRecord, ...]:
    """The trades in a text; `file` is the place that errors name.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    errors = Collector(file)
    checks = RowChecks(known, as_of, errors)
    trades: list[TradeRecord] = []
    for row in csv_rows(text, "trades", REQUIRED, OPTIONAL, errors):
        trade = _trade(row, checks)
        if trade is not None:
            trades.append(trade)
        if errors.is_full:
            break
    errors.raise_any()
    return tuple(sorted(trades, key=lambda trade: trade.on))


def _trade(row: Row, checks: RowChecks) -> TradeRecord | None:
    """The trade of a row, where it is clean."""
    if not checks.begin(row, "remove one, or add up their quantities and amounts"):
        return None
    account = checks.account(row)
    checks.instrument(row.get("instrument"), "")
    side = SIDES.get(row.get("side").lower())
    if side is None:
        checks.refuse("side", f"{row.get('side')!r} is neither buy nor sell", "", "write one")
    on = checks.day(row, "date")
    if on is None and row.get("date").lower() in UNKNOWN:
        checks.refuse("date", "it is empty", "", "write the trade date like 2022-10-03")
    remedy = "write what was bought or sold as a positive number; side says which"
    quantity = checks.positive(row, "quantity", row.get("quantity"), remedy)
    amount = checks.positive(row, "amount", row.get("amount"), remedy)
    gain = _gain(row, side, account, checks)
    term = row.get("term").lower()
    if term not in ("", Term.SHORT, Term.LONG):
        checks.refuse("term", f"{term!r} is neither short nor long", "", "write one, or nothing")
    washed = _part(row, "washed_quantity", quantity, checks)
    served = _part(row, "served_quantity", quantity, checks)
    if not checks.is_clean or side is None or on is None or quantity is None or amount is None:
        return None
    return TradeRecord(
        account=account,
        instrument=row.get("instrument"),
        side=side,
        on=on,
        quantity=quantity,
        amount=amount,
        gain=gain,
        term=Term(term) if term else None,
        lot=row.get("lot") or None,
        washed_quantity=washed,
        served_quantity=served,
    )


def _part(row: Row, column: str, quantity: Decimal | None, checks: RowChecks) -> Decimal:
    """Some of the units traded, none where nothing is stated."""
    part = (checks.number(row, column) if row.get(column) else None) or ZERO
    if part and quantity and not 0 <= part <= quantity:
        checks.refuse(column, row.get(column), f"between 0 and the {quantity} traded", "correct it")
    return part


def _gain(row: Row, side: Side | None, account: str, checks: RowChecks) -> Decimal | None:
    """The gain of a sale; only a sale has one, and in a taxable account it must be known."""
    text = row.get("gain")
    if text.lower() in UNKNOWN:
        if side is Side.SELL and checks.known is not None and account in checks.known.taxable:
            remedy = "write proceeds less basis, a loss with a minus sign"
            checks.refuse("gain", "it is empty", "a taxable sale has one", remedy)
        return None
    if side is Side.BUY:
        checks.refuse("gain", f"{text} on a purchase", "only a sale has one", "leave it empty")
    return checks.number(row, "gain")
