"""The household's books during a backtest: a ledger, and what is quickly known of it.

Every change is an entry that the ledger checks; the arrays beside it (units, lots) are computed
from the ledger again after each change, so that a quiet day costs a multiplication.

Errors: an entry that the books refuse is an `InvariantError` here, because this driver made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trimtab.books.ledger import Books, Ledger
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.model.accounts import Household
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.lots import Lot, long_term_from
from trimtab.model.money import ZERO
from trimtab.model.snapshots import CashBalance

__all__ = ["Holdings", "LotColumns"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LotColumns:
    """Open lots of known basis in taxable accounts.

    Shape: (L,); `column` is the instrument's in the market, `long_from` the ordinal of the first
    day on which a sale is long-term (0 for what is inherited).
    Unit: units and dollars.
    """

    column: Ints
    quantity: Floats
    basis: Floats
    long_from: Ints


class Holdings:
    """A ledger with the sums that every day asks for."""

    def __init__(self, household: Household, market: MarketDays, books: Books) -> None:
        self.household, self.market = household, market
        self.ledger = Ledger(books)
        self.entries: list[Entry] = []
        self.base = household.base_currency
        self.taxable = frozenset(a.id for a in household.accounts if a.wrapper.is_taxable)
        self.unsettled: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
        self._changed = True
        self._units = np.zeros(len(market.instruments))
        self._lot_columns = _columns([])
        self._lots: tuple[Lot, ...] = ()
        self._serial = 0

    def next_id(self, on: date, what: str) -> str:
        """An id for an entry of a day: the same run gives the same ids."""
        self._serial += 1
        return f"{on.isoformat()} {self._serial} {what}"

    def book(self, entries: Iterable[Entry]) -> None:
        """Take entries into the books."""
        for entry in entries:
            try:
                self.ledger.apply(entry)
            except InputError as error:
                raise InvariantError(f"the books refuse what the backtest did: {error}") from error
            self.entries.append(entry)
            self._changed = True

    def _refresh(self) -> None:
        """Compute the arrays from the ledger."""
        if not self._changed:
            return
        self._changed = False
        self._lots = tuple(self.ledger.lots.values())
        units = np.zeros(len(self.market.instruments))
        rows = []
        for lot in self._lots:
            at, quantity = self.market.column[lot.instrument], float(lot.quantity)
            units[at] += quantity
            if lot.account in self.taxable and lot.basis is not None and lot.is_known:
                start = lot.starts
                first = long_term_from(start).toordinal() if start and not lot.inherited else 0
                rows.append((at, quantity, float(lot.basis), first))
        self._units = units
        self._lot_columns = _columns(rows)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Open lots."""
        self._refresh()
        return self._lots

    @property
    def units(self) -> Floats:
        """Units held of each instrument, all accounts together.

        Shape: (N,).
        """
        self._refresh()
        return self._units

    @property
    def lot_columns(self) -> LotColumns:
        """Taxable lots as arrays."""
        self._refresh()
        return self._lot_columns

    def unrealised(self, close: Floats, on: date) -> tuple[float, float]:
        """Unrealised gains less losses of taxable lots, short-term and long-term.

        Unit: dollars.
        """
        lots = self.lot_columns
        gain = lots.quantity * close[lots.column] - lots.basis
        long = lots.long_from <= on.toordinal()
        return float(gain[~long].sum()), float(gain[long].sum())

    def cash(self, account: str) -> Decimal:
        """Cash of an account, settled or not."""
        return self.ledger.cash.get((account, self.base), ZERO)

    @property
    def all_cash(self) -> Decimal:
        """Cash of all accounts."""
        return sum((self.cash(account.id) for account in self.household.accounts), ZERO)

    def settle(self, t: int) -> None:
        """Let proceeds settle whose day has come."""
        for account in self.unsettled:
            self.unsettled[account] = [one for one in self.unsettled[account] if one[0] > t]

    def unsettled_cash(self, account: str) -> Decimal:
        """Proceeds of sales that may not leave the account yet, as far as they are still there."""
        waiting = sum((amount for _, amount in self.unsettled.get(account, ())), ZERO)
        return min(waiting, max(self.cash(account), ZERO))

    def balances(self) -> tuple[CashBalance, ...]:
        """Cash as a snapshot shows it.

        Proceeds that have not settled may be spent on purchases, which settle on the same day or
        later, so that nothing is shown as unsettled to those who plan trades.
        """
        return tuple(
            CashBalance(account.id, self.base, self.cash(account.id))
            for account in self.household.accounts
        )

    def units_in(self, account: str, instrument: str) -> Decimal:
        """Units of an instrument in an account."""
        return sum((lot.quantity for lot in self.ledger.lots_of(instrument, account)), ZERO)


def _columns(rows: list[tuple[int, float, float, int]]) -> LotColumns:
    """Rows of column, units, basis and first long-term day as arrays."""
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 4)
    return LotColumns(
        table[:, 0].astype(np.int64),
        table[:, 1].copy(),
        table[:, 2].copy(),
        table[:, 3].astype(np.int64),
    )
