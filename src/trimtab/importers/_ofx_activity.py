"""What a row of an OFX file says happened.

Signs follow the specification (OFX 2.2, 13.9): what a purchase pays is negative, what a sale
delivers is negative.  Institutions that write a sale's units or a purchase's total without its sign
are set right where units and total agree on no other reading; a purchase of negative units that
pays money back is a reversal and stays one.

Errors: `CellError` for a row that cannot be taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trimtab.importers._ofx_fields import account_of, currency_of, number_of, ofx_day
from trimtab.importers._ofx_securities import Securities
from trimtab.importers._ofx_stream import BUYS, SELLS, OfxRow
from trimtab.importers._values import CellError
from trimtab.model.statements import Action, StatedInstrument, StatedTransaction

__all__ = ["OfxActivity"]

ZERO = Decimal(0)
FEES = ("COMMISSION", "FEES", "LOAD", "TAXES", "STATETAX", "PENALTY")
_REINVESTED = re.compile("reinvest", re.IGNORECASE)

_BANK_ACTIONS = {
    "INT": Action.INTEREST,
    "DIV": Action.DIVIDEND,
    "FEE": Action.FEE,
    "SRVCHG": Action.FEE,
}
_BANK_WORDS = (
    (re.compile(r"\bdividend\b", re.IGNORECASE), Action.DIVIDEND),
    (re.compile(r"\binterest\b", re.IGNORECASE), Action.INTEREST),
    (re.compile(r"\bfees?\b", re.IGNORECASE), Action.FEE),
)
"""What an investment account's cash movement is, where its type says only which way it went."""


@dataclass(frozen=True, slots=True)
class OfxActivity:
    """Takes the transactions of one file, whose securities are known."""

    securities: Securities

    def take(self, row: OfxRow) -> StatedTransaction:
        """The transaction that a row says.

        Refuses: rows that lack what their kind needs, and values that cannot be read.
        """
        return _TAKE[row.tag](self, row)

    def _buy(self, row: OfxRow) -> StatedTransaction:
        units, total = number_of(row, "UNITS"), number_of(row, "TOTAL")
        if units is not None and total is not None:
            if units > 0:
                total = -abs(total)
            elif units < 0 and total < 0:
                units = -units
        is_reinvested = bool(_REINVESTED.match(row.get("MEMO")))
        action = Action.REINVESTMENT if is_reinvested else Action.BUY
        return self._traded(row, action, units, total)

    def _sell(self, row: OfxRow) -> StatedTransaction:
        units, total = number_of(row, "UNITS"), number_of(row, "TOTAL")
        if units is not None and units > 0 and (total is None or total >= 0):
            units = -units
        return self._traded(row, Action.SELL, units, total)

    def _traded(
        self, row: OfxRow, action: Action, units: Decimal | None, total: Decimal | None
    ) -> StatedTransaction:
        """A purchase or sale; one of the money fund that holds the cash is a sweep."""
        instrument = self.securities.of(row)
        fees = [fee for fee in (number_of(row, name) for name in FEES) if fee is not None]
        return _transaction(
            row,
            Action.SWEEP if instrument.is_cash else action,
            instrument,
            quantity=units,
            amount=total,
            fee=sum(fees, ZERO) if fees else None,
        )

    def _reinvested(self, row: OfxRow) -> StatedTransaction:
        units, total = number_of(row, "UNITS"), number_of(row, "TOTAL")
        if units is not None and units > 0 and total is not None:
            total = -abs(total)
        instrument = self.securities.of(row)
        return _transaction(row, Action.REINVESTMENT, instrument, quantity=units, amount=total)

    def _income(self, row: OfxRow) -> StatedTransaction:
        is_interest = row.get("INCOMETYPE").upper() == "INTEREST"
        action = Action.INTEREST if is_interest else Action.DIVIDEND
        instrument = self.securities.of(row)
        return _transaction(row, action, instrument, amount=number_of(row, "TOTAL"))

    def _returned_capital(self, row: OfxRow) -> StatedTransaction:
        instrument = self.securities.of(row)
        total = number_of(row, "TOTAL")
        return _transaction(row, Action.RETURN_OF_CAPITAL, instrument, amount=total)

    def _expense(self, row: OfxRow) -> StatedTransaction:
        instrument = self.securities.of(row) if row.get("UNIQUEID") else None
        total = number_of(row, "TOTAL")
        paid = None if total is None else -abs(total)
        return _transaction(row, Action.FEE, instrument, amount=paid)

    def _margin_interest(self, row: OfxRow) -> StatedTransaction:
        return _transaction(row, Action.INTEREST, None, amount=number_of(row, "TOTAL"))

    def _journalled(self, row: OfxRow) -> StatedTransaction:
        """Between the sub-accounts of one account: nothing enters or leaves it."""
        instrument = self.securities.of(row) if row.get("UNIQUEID") else None
        return _transaction(
            row,
            Action.SWEEP,
            instrument,
            quantity=number_of(row, "UNITS"),
            amount=number_of(row, "TOTAL"),
        )

    def _split(self, row: OfxRow) -> StatedTransaction:
        old, new = number_of(row, "OLDUNITS"), number_of(row, "NEWUNITS")
        ratio = f"{row.get('NUMERATOR')} for {row.get('DENOMINATOR')}"
        return _transaction(
            row,
            Action.SPLIT,
            self.securities.of(row),
            quantity=None if old is None or new is None else new - old,
            amount=number_of(row, "FRACCASH"),
            note=ratio if row.get("NUMERATOR") else "",
        )

    def _transferred(self, row: OfxRow) -> StatedTransaction:
        units = number_of(row, "UNITS")
        way = row.get("TFERACTION").upper()
        if way not in ("IN", "OUT"):
            if not units:
                fact = "neither TFERACTION nor UNITS says which way it went"
                raise CellError("no_sign", fact, "complete the row, or take it out")
            way = "IN" if units > 0 else "OUT"
        if units is not None:
            units = abs(units) if way == "IN" else -abs(units)
        action = Action.TRANSFER_IN if way == "IN" else Action.TRANSFER_OUT
        return _transaction(row, action, self.securities.of(row), quantity=units)

    def _option_closed(self, row: OfxRow) -> StatedTransaction:
        """An option exercised, assigned or expired: its units go, at no price of their own."""
        units = number_of(row, "UNITS")
        action = Action.BUY if units is not None and units > 0 else Action.SELL
        note = row.get("OPTACTION").lower()
        return _transaction(row, action, self.securities.of(row), quantity=units, note=note)

    def _cash_moved(self, row: OfxRow) -> StatedTransaction:
        amount = number_of(row, "TRNAMT")
        if amount is None:
            raise CellError("no_amount", "TRNAMT is empty", "complete the row, or take it out")
        return _transaction(row, _cash_action(row, amount), None, amount=amount)


def _cash_action(row: OfxRow, amount: Decimal) -> Action:
    """What moved cash: by its type, in an investment account also by its name, else by its sign."""
    kind = row.get("TRNTYPE").upper()
    if kind in _BANK_ACTIONS:
        return _BANK_ACTIONS[kind]
    if row.tag == "INVBANKTRAN" and kind != "XFER":
        name = row.get("NAME") or row.get("MEMO")
        for words, action in _BANK_WORDS:
            if words.search(name):
                return action
    if kind == "XFER":
        return Action.TRANSFER_IN if amount >= 0 else Action.TRANSFER_OUT
    return Action.DEPOSIT if amount >= 0 else Action.WITHDRAWAL


def _transaction(
    row: OfxRow,
    action: Action,
    instrument: StatedInstrument | None,
    *,
    quantity: Decimal | None = None,
    amount: Decimal | None = None,
    fee: Decimal | None = None,
    note: str = "",
) -> StatedTransaction:
    """A transaction with what all of them have.

    Refuses: one without a day.
    """
    field = "DTTRADE" if "DTTRADE" in row.fields else "DTPOSTED"
    on = ofx_day(row.get(field), field)
    if on is None:
        raise CellError("no_date", f"{row.tag} has no day ({field})", "complete the row")
    words = (note, row.get("NAME"), row.get("MEMO"))
    return StatedTransaction(
        line=row.line,
        account=account_of(row),
        on=on,
        action=action,
        instrument=instrument,
        quantity=quantity,
        amount=amount,
        price=number_of(row, "UNITPRICE"),
        fee=fee,
        currency=currency_of(row),
        settles=ofx_day(row.get("DTSETTLE"), "DTSETTLE"),
        text=" ".join(dict.fromkeys(word for word in words if word)),
        broker_id=row.get("FITID"),
    )


_TAKE: Mapping[str, Callable[[OfxActivity, OfxRow], StatedTransaction]] = {
    **dict.fromkeys(BUYS, OfxActivity._buy),
    **dict.fromkeys(SELLS, OfxActivity._sell),
    "REINVEST": OfxActivity._reinvested,
    "INCOME": OfxActivity._income,
    "RETOFCAP": OfxActivity._returned_capital,
    "INVEXPENSE": OfxActivity._expense,
    "MARGININTEREST": OfxActivity._margin_interest,
    "JRNLFUND": OfxActivity._journalled,
    "JRNLSEC": OfxActivity._journalled,
    "SPLIT": OfxActivity._split,
    "TRANSFER": OfxActivity._transferred,
    "CLOSUREOPT": OfxActivity._option_closed,
    "INVBANKTRAN": OfxActivity._cash_moved,
    "STMTTRN": OfxActivity._cash_moved,
}
