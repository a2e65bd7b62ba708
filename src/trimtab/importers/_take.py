"""One row's cells become a position, lot, transaction or realised gain.

What a row must have depends on its kind; a cell that cannot be read, or one that is missing, makes
the row a break and changes nothing else.  Errors: `CellError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.importers._actions import action_of, signed_amount, signed_quantity
from trimtab.importers._format import Format, Section
from trimtab.importers._instruments import Instruments
from trimtab.importers._values import CellError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import (
    Action,
    StatedGain,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    StatementKind,
)

__all__ = ["Cells", "Taken", "Taker"]

Taken = StatedPosition | StatedLot | StatedTransaction | StatedGain
CENTS_PER_UNIT = {"GBX": "GBP", "GBp": "GBP", "ZAC": "ZAR", "ILA": "ILS"}
"""Prices in hundredths of a currency, as London quotes them."""
_COVERED = dict.fromkeys(("covered", "yes", "y", "true", "c"), True) | dict.fromkeys(
    ("noncovered", "non-covered", "no", "n", "false", "nc"), False
)


@dataclass(frozen=True, slots=True)
class Cells:
    """A row by field: what is written there, blanks at the ends removed."""

    line: int
    section: Section
    fields: Mapping[str, str]
    fees: tuple[str, ...] = ()

    def get(self, field: str) -> str:
        """The text of a field, empty where the table has no such column."""
        return self.fields.get(field, "")


class Taker:
    """Takes rows of one file: knows how it writes numbers and days, and what cash looks like."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.instruments = Instruments(form)

    def take(self, kind: StatementKind, cells: Cells, account: str, currency: str) -> Taken | str:
        """The row as what it is, or the name of the rule that ignores it.

        Refuses: rows that lack what their kind needs, and cells that cannot be read.
        """
        currency = self.currency(cells, currency)
        if kind is StatementKind.POSITIONS:
            return self._position(cells, account, currency)
        if kind is StatementKind.LOTS:
            return self._lot(cells, account, currency)
        if kind is StatementKind.REALISED_GAINS:
            return self._gain(cells, account, currency)
        return self._transaction(cells, account, currency)

    def currency(self, cells: Cells, default: str) -> str:
        """The currency of a row's amounts."""
        written = cells.fields.get("currency")
        if not written:
            return default
        code = written if written in CENTS_PER_UNIT else written.upper()
        if code.lower() in self.form.numbers.unknown:
            return default
        return CENTS_PER_UNIT.get(code, code)

    def number(self, cells: Cells, field: str) -> Decimal | None:
        """The number of a field, `None` where it is unknown."""
        text = cells.fields.get(field)
        if not text:
            return None
        try:
            return self.form.numbers.read(text)
        except CellError as error:
            raise CellError(error.reason, f"{field}: {error.fact}", error.remedy) from None

    def day(self, cells: Cells, field: str) -> date | None:
        """The day of a field, `None` where it is unknown."""
        text = cells.fields.get(field)
        if not text:
            return None
        try:
            return self.form.dates.read(text)
        except CellError as error:
            raise CellError(error.reason, f"{field}: {error.fact}", error.remedy) from None

    def instrument(self, cells: Cells) -> StatedInstrument | None:
        """The instrument that a row names, `None` where it names none."""
        get = cells.fields.get
        return self.instruments.named(
            get("symbol", ""), get("name", ""), get("cusip", ""), get("isin", ""), get("kind", "")
        )

    def _held(self, cells: Cells) -> StatedInstrument:
        instrument = self.instrument(cells)
        if instrument is None:
            raise CellError("no_instrument", "it names no instrument", "complete the row")
        return instrument

    def _position(self, cells: Cells, account: str, currency: str) -> StatedPosition:
        instrument = self._held(cells)
        quantity, value = self.number(cells, "quantity"), self.number(cells, "value")
        if quantity is None and value is None:
            raise CellError(
                "no_quantity",
                f"{instrument.symbol} has neither a quantity nor a value",
                "complete the row, or take it out",
            )
        return StatedPosition(
            line=cells.line,
            account=account,
            instrument=instrument,
            quantity=quantity,
            value=value,
            cost=self._cost(cells, quantity),
            price=self.number(cells, "price"),
            currency=currency,
        )

    def _cost(self, cells: Cells, quantity: Decimal | None) -> Decimal | None:
        """The cost of the whole, also where only that of one unit is written.

        A contract's is not known from that of a unit: how many it is for is not in the file.
        """
        cost = self.number(cells, "cost")
        if cost is None and quantity is not None:
            held = self.instrument(cells)
            if held is not None and held.kind is InstrumentKind.OPTION:
                return None
            each = self.number(cells, "unit_cost")
            return None if each is None else each * quantity
        return cost

    def _lot(self, cells: Cells, account: str, currency: str) -> StatedLot:
        instrument = self._held(cells)
        quantity = self.number(cells, "quantity")
        if quantity is None:
            fact = f"a lot of {instrument.symbol} has no quantity"
            raise CellError("no_quantity", fact, "complete the row, or take it out")
        covered = cells.get("covered")
        return StatedLot(
            line=cells.line,
            account=account,
            instrument=instrument,
            quantity=quantity,
            cost=self._cost(cells, quantity),
            acquired=self.day(cells, "acquired"),
            value=self.number(cells, "value"),
            price=self.number(cells, "price"),
            currency=currency,
            covered=_COVERED.get(covered.lower()) if covered else None,
            broker_id=cells.get("lot_id"),
        )

    def _gain(self, cells: Cells, account: str, currency: str) -> StatedGain:
        gain = self.number(cells, "gain")
        short, long = self.number(cells, "gain_short"), self.number(cells, "gain_long")
        term = cells.get("term").lower()
        if gain is None and (short is not None or long is not None):
            gain = (short or Decimal(0)) + (long or Decimal(0))
            term = term or ("long" if long else "short")
        disallowed = self.number(cells, "disallowed")
        sold = self.day(cells, "sold")
        if sold is None:
            raise CellError("no_date", "it has no day of sale", "complete the row")
        return StatedGain(
            line=cells.line,
            account=account,
            instrument=self._held(cells),
            quantity=self.number(cells, "quantity"),
            acquired=self._acquired(cells),
            sold=sold,
            proceeds=self.number(cells, "proceeds"),
            cost=self._cost(cells, self.number(cells, "quantity")),
            gain=gain,
            disallowed=None if disallowed is None else abs(disallowed),
            term="long" if term.startswith("l") else "short" if term.startswith("s") else "",
            currency=currency,
        )

    def _acquired(self, cells: Cells) -> date | None:
        """The day of purchase; a sale of several lots may say `various`."""
        if cells.get("acquired").lower() in ("various", "multiple", "inherited"):
            return None
        return self.day(cells, "acquired")

    def _transaction(self, cells: Cells, account: str, currency: str) -> StatedTransaction | str:
        on = self.day(cells, "on")
        if on is None:
            raise CellError("no_date", "it has no day", "complete the row, or take it out")
        quantity, amount = self.number(cells, "quantity"), self._amount(cells)
        action = action_of(cells.section.actions, cells.get, quantity, amount)
        if not isinstance(action, Action):
            return action
        fees = [self.form.numbers.read(text) for text in cells.fees if text]
        known = [abs(fee) for fee in fees if fee is not None]
        instrument = self.instrument(cells)
        text = " ".join(
            part for part in (cells.get("action"), cells.get("text")) if part
        ) or cells.get("name")
        return StatedTransaction(
            line=cells.line,
            account=account,
            on=on,
            action=action,
            instrument=instrument,
            quantity=signed_quantity(action, quantity),
            amount=signed_amount(action, amount, cells.section.signs),
            price=self._price(cells),
            fee=sum(known, Decimal(0)) if known else None,
            currency=currency,
            settles=self.day(cells, "settles"),
            text=text,
            broker_id=cells.get("transaction_id"),
        )

    def _amount(self, cells: Cells) -> Decimal | None:
        """What moved, also where what came in and what went out have a column each."""
        credit, debit = self.number(cells, "credit"), self.number(cells, "debit")
        if credit is None and debit is None:
            return self.number(cells, "amount")
        return abs(credit or Decimal(0)) - abs(debit or Decimal(0))

    def _price(self, cells: Cells) -> Decimal | None:
        price = self.number(cells, "price")
        in_cents = cells.get("currency") in CENTS_PER_UNIT
        return price / 100 if price is not None and in_cents else price
