"""One row's cells become a position, lot, transaction or realised gain.

What a row must have depends on its kind; a cell that cannot be read, or one that is missing, makes
the row a break and changes nothing else.  Errors: `CellError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.importers._actions import action_of, signed_amount, signed_quantity
from trimtab.importers._currencies import code_of, price_in
from trimtab.importers._format import Costs, Format, Section, Way
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
_COVERED = dict.fromkeys(("covered", "yes", "y", "true", "c"), True) | dict.fromkeys(
    ("noncovered", "non-covered", "no", "n", "false", "nc"), False
)
_CASH_ONLY = frozenset(
    {
        *(Action.DEPOSIT, Action.WITHDRAWAL, Action.CONVERSION),
        Action.FEE,
        Action.INTEREST,
        Action.TAX,
    }
)
"""What concerns no instrument unless it has a symbol: a name alone is that of the booking."""
VALUE_OFF_MAX = 2
"""How many times its price a unit's value may be: prices move between two cells of one row."""


@dataclass(
    slots=True
)  # not frozen: made for every row of a file, and frozen ones take thrice as long
class Cells:
    """A row by field: what is written there, blanks at the ends removed."""

    line: int
    section: Section
    fields: Mapping[str, str]
    fees: tuple[str, ...] = ()
    fee_currencies: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()

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
        code = code_of(written)
        return default if not code or code.lower() in self.form.numbers.unknown else code

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
            price=self._price(cells, currency),
            currency=currency,
        )

    def _cost(self, cells: Cells, quantity: Decimal | None) -> Decimal | None:
        """The cost of the whole, also where only that of one unit is written.

        A contract's is not known from that of a unit, nor a bond's that is quoted in percent.
        """
        cost = self.number(cells, "cost")
        if cost is None and quantity is not None:
            each = self.number(cells, "unit_cost")
            return each * quantity if each is not None and self._is_by_unit(cells) else None
        return cost

    def _is_by_unit(self, cells: Cells) -> bool:
        """Whether prices of a row are for one unit each, as far as its value shows."""
        held = self.instrument(cells)
        if held is not None and held.kind is InstrumentKind.OPTION:
            return False
        price, value = self.number(cells, "price"), self.number(cells, "value")
        quantity = self.number(cells, "quantity")
        if not price or not value or not quantity:
            return True
        return VALUE_OFF_MAX > abs(value / (price * quantity)) > 1 / VALUE_OFF_MAX

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
            price=self._price(cells, currency),
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
        settles = self.day(cells, "settles")
        on = self.day(cells, "on") or settles
        if on is None:
            raise CellError("no_date", "it has no day", "complete the row, or take it out")
        quantity, amount = self.number(cells, "quantity"), self._amount(cells)
        did = action_of(cells.section.actions, cells.get, quantity, amount)
        if isinstance(did, str):
            return did
        fees, taxes = self._fees(cells, currency), self._numbers(cells.taxes)
        moved = signed_amount(did, amount, cells.section.signs)
        instrument = self.instrument(cells)
        if instrument is not None and did.action in _CASH_ONLY and _is_name_alone(instrument):
            instrument = None
        text = " ".join(
            part for part in (cells.get("action"), cells.get("text")) if part
        ) or cells.get("name")
        return StatedTransaction(
            line=cells.line,
            account=account,
            on=on,
            action=did.action,
            instrument=instrument,
            quantity=signed_quantity(did, quantity),
            amount=_net(moved, (*(fees or ()), *taxes), cells.section.costs),
            price=None if did.units is Way.NONE else self._price(cells, currency),
            fee=sum(map(abs, fees), Decimal(0)) if fees else None,
            currency=currency,
            settles=settles,
            text=text,
            broker_id=cells.get("transaction_id"),
        )

    def _amount(self, cells: Cells) -> Decimal | None:
        """The amount of a row, also where what came and what went have columns of their own."""
        amount = self.number(cells, "amount")
        if amount is not None:
            return amount
        credit, debit = self.number(cells, "credit"), self.number(cells, "debit")
        if not credit and not debit:
            return credit if debit is None else debit
        return (credit or Decimal(0)) - abs(debit or Decimal(0))

    def _numbers(self, texts: Sequence[str]) -> tuple[Decimal, ...]:
        """The numbers of cells that have one."""
        read = (self.form.numbers.read(text) for text in texts if text)
        return tuple(number for number in read if number is not None)

    def _fees(self, cells: Cells, currency: str) -> tuple[Decimal, ...] | None:
        """The fees of a row; `None` where one is in another currency, so that no sum is right."""
        for text, written in zip(cells.fees, cells.fee_currencies, strict=False):
            if any(self._numbers([text])) and code_of(written) not in ("", currency):
                return None
        return self._numbers(cells.fees)

    def _price(self, cells: Cells, currency: str) -> Decimal | None:
        """The price of a unit in the row's currency; one in another currency is left out."""
        price = self.number(cells, "price")
        if price is None:
            return None
        written, quoted, own = map(cells.get, ("price", "price_currency", "currency"))
        if not quoted and not own and written[-1:] != "p":
            return price
        return price_in(currency, price, written, quoted, own)


def _is_name_alone(instrument: StatedInstrument) -> bool:
    """Whether a row names an instrument by words only."""
    return instrument.symbol == instrument.name and not instrument.cusip and not instrument.isin


def _net(amount: Decimal | None, costs: Sequence[Decimal], how: Costs) -> Decimal | None:
    """What cash changed by, where an amount is written without its costs."""
    if amount is None or how is Costs.INCLUDED:
        return amount
    whole = sum(costs, Decimal(0))
    return amount + whole if how is Costs.ADDED else amount - whole
