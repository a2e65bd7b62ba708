"""The household's books during a backtest: a ledger, and what is quickly known of it.

Every change is an entry that the ledger checks; the arrays beside it (units, lots) are computed
from the ledger again after each change, so that a quiet day costs a multiplication.

Errors: an entry that the books refuse is an `InvariantError` here, because this driver made it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trimtab.books.ledger import Books, Ledger
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.model.accounts import Household
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.lots import Lot, long_term_from
from trimtab.model.money import ZERO, total
from trimtab.model.snapshots import CashBalance

__all__ = ["Holdings", "LotColumns"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CASH_ONLY = frozenset(
    {EntryKind.DIVIDEND, EntryKind.INTEREST, EntryKind.FEE}
    | {EntryKind.DEPOSIT, EntryKind.WITHDRAWAL}
)
"""Entries that leave lots alone."""


@dataclass(frozen=True, slots=True)
class LotColumns:
    """Open lots of known basis in taxable accounts.

    Shape: (L,); `column` is the instrument's in the market, `long_from` the ordinal of the first
    day on which a sale is long-term (0 for what is inherited).
    Unit: units and dollars; `loss_basis` is what counts for losses, lower than `basis` on a gift.
    """

    column: Ints
    quantity: Floats
    basis: Floats
    loss_basis: Floats
    long_from: Ints


@dataclass(frozen=True, slots=True)
class _Sums:
    """The lots that are held, computed from the ledger after each change to them.

    Shape: `units` (A, N) by account and instrument, `stuck` (A, N) those of unknown basis that a
    taxable account does not sell.
    """

    lots: tuple[Lot, ...]
    units: Floats
    stuck: Floats
    columns: LotColumns


@dataclass(frozen=True, slots=True)
class _LotRow:
    """A lot as the arrays have it; most lots stay as they are from one entry to the next."""

    lot: Lot
    place: tuple[int, int]
    quantity: float
    is_stuck: bool
    row: tuple[int, float, float, float, int] | None


class Holdings:
    """A ledger with the sums that every day asks for."""

    def __init__(self, household: Household, market: MarketDays, books: Books) -> None:
        self.household, self.market = household, market
        self.ledger = Ledger(books)
        self.entries: list[Entry] = []
        self.base = household.base_currency
        self.accounts = tuple(account.id for account in household.accounts)
        self.row = {account: row for row, account in enumerate(self.accounts)}
        self.taxable = frozenset(a.id for a in household.accounts if a.wrapper.is_taxable)
        self.unsettled: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
        self._sums: _Sums | None = None
        self._cash: tuple[Floats, float] | None = None
        self._rows: dict[str, _LotRow] = {}

    def next_id(self, on: date, what: str) -> str:
        """An id for an entry of a day: the same run gives the same ids."""
        return f"{on.isoformat()} {len(self.entries) + 1} {what}"

    def book(self, *entries: Entry) -> None:
        """Take entries into the books."""
        for entry in entries:
            try:
                self.ledger.apply(entry)
            except InputError as error:
                raise InvariantError(f"the books refuse what the backtest did: {error}") from error
            self.entries.append(entry)
            self._cash = None
            if entry.kind not in CASH_ONLY:
                self._sums = None

    def _now(self) -> _Sums:
        if self._sums is None:
            self._sums = self._summed()
        return self._sums

    def _summed(self) -> _Sums:
        known, rows = self._rows, []
        for lot in self.ledger.lots.values():
            row = known.get(lot.id)
            rows.append(row if row is not None and row.lot is lot else self._row_of(lot))
        self._rows = {row.lot.id: row for row in rows}
        units = np.zeros((len(self.accounts), len(self.market.instruments)))
        stuck = np.zeros_like(units)
        if rows:
            at, quantity = (
                zip(*[row.place for row in rows], strict=True),
                [r.quantity for r in rows],
            )
            np.add.at(units, tuple(map(list, at)), quantity)
        for row in rows:
            if row.is_stuck:
                stuck[row.place] += row.quantity
        columns = _columns([row.row for row in rows if row.row is not None])
        return _Sums(tuple(self.ledger.lots.values()), units, stuck, columns)

    def _cash_now(self) -> tuple[Floats, float]:
        if self._cash is None:
            cash = [self.cash(account) for account in self.accounts]
            self._cash = np.array(cash, dtype=np.float64), float(total(cash))
        return self._cash

    def _row_of(self, lot: Lot) -> _LotRow:
        place = self.row[lot.account], self.market.column[lot.instrument]
        quantity, is_taxable = float(lot.quantity), lot.account in self.taxable
        if not is_taxable or lot.basis is None or not lot.is_known:
            return _LotRow(lot, place, quantity, is_taxable, None)
        start, basis = lot.starts, float(lot.basis)
        first = long_term_from(start).toordinal() if start and not lot.inherited else 0
        loss_basis = basis if lot.loss_basis is None else float(lot.loss_basis)
        return _LotRow(lot, place, quantity, False, (place[1], quantity, basis, loss_basis, first))

    @property
    def lots(self) -> tuple[Lot, ...]:
        """Open lots."""
        return self._now().lots

    @property
    def units(self) -> Floats:
        """Units held of each instrument in each account.

        Shape: (A, N), accounts in the household's order.
        """
        return self._now().units

    @property
    def stuck_units(self) -> Floats:
        """Units in taxable accounts whose basis is unknown, so that they are not sold.

        Shape: (A, N).
        """
        return self._now().stuck

    @property
    def lot_columns(self) -> LotColumns:
        """Taxable lots as arrays."""
        return self._now().columns

    @property
    def cash_amounts(self) -> Floats:
        """Cash of each account.

        Shape: (A,).
        """
        return self._cash_now()[0]

    @property
    def all_cash(self) -> float:
        """Cash of all accounts, summed exactly."""
        return self._cash_now()[1]

    def account_values(self, worth: Floats) -> Floats:
        """Cash and holdings of each account.

        Shape: `worth` (N,) dollars a unit, the answer (A,).
        """
        return np.asarray(self.cash_amounts + (self.units * worth).sum(axis=1))

    def unrealised(self, close: Floats, on: date) -> tuple[float, float]:
        """Unrealised gains less losses of taxable lots, short-term and long-term.

        A gift that is worth less than the giver's basis and more than it was when given is neither.
        Unit: dollars.
        Source: 26 USC 1015(a).
        """
        lots = self.lot_columns
        value = lots.quantity * close[lots.column]
        gain = np.maximum(value - lots.basis, np.minimum(value - lots.loss_basis, 0.0))
        long = lots.long_from <= on.toordinal()
        of_long = float(gain[long].sum())
        return float(gain.sum()) - of_long, of_long

    def cash(self, account: str) -> Decimal:
        """Cash of an account, settled or not."""
        return self.ledger.cash.get((account, self.base), ZERO)

    def unsettle(self, account: str, settles: int, amount: Decimal) -> None:
        """Note a trade that settles in a later session: what it brings, or, negative, takes."""
        self.unsettled[account].append((settles, amount))

    def settle(self, t: int) -> None:
        """Let trades settle whose session has come."""
        for account, waiting in self.unsettled.items():
            if waiting:
                self.unsettled[account] = [one for one in waiting if one[0] > t]

    def free_cash(self, account: str) -> Decimal:
        """What may leave an account today: settled cash, less what unsettled purchases will take.

        Sales and purchases that settle on one day are paid from each other.
        """
        cash = self.cash(account)
        by_day: dict[int, Decimal] = defaultdict(Decimal)
        for settles, amount in self.unsettled.get(account, ()):
            by_day[settles] += amount
        settled = cash - total(by_day.values())
        least = settled
        for day in sorted(by_day):
            settled += by_day[day]
            least = min(least, settled)
        return max(ZERO, least)

    def balances(self) -> tuple[CashBalance, ...]:
        """Cash as a snapshot shows it.

        Proceeds that have not settled may be spent on purchases, which settle on the same day or
        later, so that nothing is shown as unsettled to those who plan trades.
        """
        return tuple(
            CashBalance(account, self.base, self.cash(account)) for account in self.accounts
        )


def _columns(rows: list[tuple[int, float, float, float, int]]) -> LotColumns:
    """Rows of column, units, basis, basis for losses and first long-term day as arrays."""
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 5)
    return LotColumns(
        table[:, 0].astype(np.int64),
        table[:, 1].copy(),
        table[:, 2].copy(),
        table[:, 3].copy(),
        table[:, 4].astype(np.int64),
    )
