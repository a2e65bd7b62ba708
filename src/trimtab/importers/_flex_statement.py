"""The rows of one `FlexStatement`: which of them are taken, and which only repeat others.

A Flex query may ask for the same trade as execution, order and day's summary, for the same dividend
as detail and summary, for the same cash by currency and in the base currency: the finest level
that a statement has is taken, and the others are ignored by rule.  Sections that hold no holdings
and no transactions (accruals, performance, statements of funds) are ignored by their names.

Errors: `InputError` for a report of too many rows; a row that cannot be taken becomes a break.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from trimtab.importers._flex_activity import (
    cash_transaction,
    closed_lot,
    corporate_action,
    trade,
    transaction_tax,
    transfer,
)
from trimtab.importers._flex_holdings import BASE_SUMMARY, cash_balance, is_lot, position_or_lot
from trimtab.importers._flex_stream import FlexElement
from trimtab.importers._flex_values import FlexValues
from trimtab.importers._row_book import Outcome, enter
from trimtab.importers._take import Taken
from trimtab.importers._tally import Tally
from trimtab.importers._values import CellError
from trimtab.model.statements import StatedAccount

__all__ = ["FlexStatement"]

Taking = Callable[[FlexElement, str, FlexValues], Taken]

_AT_ONCE: Mapping[str, Taking] = {"OpenPosition": position_or_lot, "Lot": closed_lot}
_BY_LEVEL: Mapping[str, Taking] = {
    **dict.fromkeys(("Trade", "TradeConfirm", "Order", "SymbolSummary"), trade),
    "CashTransaction": cash_transaction,
    "CorporateAction": corporate_action,
    **dict.fromkeys(("Transfer", "TradeTransfer"), transfer),
}
"""Rows that a statement may repeat at several levels."""
_RULES: Mapping[str, str] = {
    "AccountInformation": "account information",
    "AssetSummary": "summary of trades",
    "SecurityInfo": "security list",
    "ConversionRate": "conversion rates",
    "WashSale": "wash sale detail",
    "TransferLot": "lot of a transfer",
    "TransactionTaxDetail": "detail of a tax",
}
_LEVEL_OF_TAG = {"Order": "ORDER", "SymbolSummary": "SYMBOL_SUMMARY"}
_RANKS = {"ORDER": 1, "SYMBOL_SUMMARY": 2, "SUMMARY": 1, "ASSET_SUMMARY": 3}
"""How coarse a level is; what is not here is the finest."""
_REPEATS: Mapping[Taking, str] = {
    trade: "repeats trades",
    cash_transaction: "repeats cash transactions",
    corporate_action: "repeats corporate actions",
    transfer: "repeats transfers",
}
_LOT_LEVELS = {"CLOSED_LOT": "Lot", "WASH_SALE": "WashSale", "ASSET_SUMMARY": "AssetSummary"}
"""Old reports write these as trades of a level."""


@dataclass(slots=True)
class _Leveled:
    """Rows of one kind that wait until the levels of their statement are known."""

    rank: int = 9
    rows: list[tuple[int, int, Outcome]] = field(default_factory=list)


@dataclass(slots=True)
class FlexStatement:
    """Takes the rows of one statement; `finish` settles which levels count."""

    file: str
    account: str
    values: FlexValues
    tally: Tally
    accounts: dict[str, StatedAccount]
    base_currency: str = ""
    rates: dict[str, Decimal] = field(default_factory=dict)
    _leveled: dict[Taking, _Leveled] = field(default_factory=dict)
    _cash: list[FlexElement] = field(default_factory=list)
    _taxes: list[FlexElement] = field(default_factory=list)
    _taxed_trades: set[str] = field(default_factory=set)

    def enter(self, row: FlexElement) -> None:
        """Take a row, or keep it until the end of the statement."""
        tag = row.tag
        if tag == "Trade":
            tag = _LOT_LEVELS.get(row.get("levelOfDetail").upper(), tag)
        self._note(row)
        if tag in _BY_LEVEL:
            self._keep(_BY_LEVEL[tag], row)
        elif tag == "CashReportCurrency":
            self._cash.append(row)
        elif tag == "TransactionTax":
            self._taxes.append(row)
        elif tag in _AT_ONCE and (tag != "Lot" or row.section == "Trades"):
            self._enter(row, self._taken(_AT_ONCE[tag], row))
        else:
            self._enter(row, _RULES.get(tag, f"section {row.section}"))

    def finish(self) -> None:
        """Enter what waited: the finest level of each kind, cash by currency, taxes apart."""
        for taking, leveled in self._leveled.items():
            for rank, line, outcome in leveled.rows:
                counts = rank == leveled.rank
                enter(self.tally, self.file, line, outcome if counts else _REPEATS[taking])
        has_currencies = any(not _is_base(row) for row in self._cash)
        for row in self._cash:
            if _is_base(row) and has_currencies:
                self._enter(row, "base currency summary")
            else:
                self._enter(row, self._cash_outcome(row))
        for row in self._taxes:
            repeats = row.get("tradeId") in self._taxed_trades
            outcome = "tax within a trade" if repeats else self._taken(transaction_tax, row)
            self._enter(row, outcome)

    def _enter(self, row: FlexElement, outcome: Outcome) -> None:
        enter(self.tally, self.file, row.line, outcome)

    def _keep(self, taking: Taking, row: FlexElement) -> None:
        level = _LEVEL_OF_TAG.get(row.tag) or row.get("levelOfDetail").upper()
        rank = _RANKS.get(level, 0)
        leveled = self._leveled.setdefault(taking, _Leveled())
        leveled.rank = min(leveled.rank, rank)
        leveled.rows.append((rank, row.line, self._taken(taking, row)))

    def _taken(self, taking: Taking, row: FlexElement) -> Outcome:
        try:
            return taking(row, self._account_of(row), self.values)
        except CellError as error:
            return error

    def _account_of(self, row: FlexElement) -> str:
        """The account of a row; summaries name none and belong to the statement's.

        Refuses: a row of no account.
        """
        account = row.get("accountId") or self.account
        if not account:
            fact = f"{row.tag} names no account (accountId)"
            raise CellError("no_account", fact, "let the Flex query contain the account's number")
        if account not in self.accounts:
            self.accounts[account] = StatedAccount(account)
        return account

    def _cash_outcome(self, row: FlexElement) -> Outcome:
        currency = self.base_currency if _is_base(row) else row.get("currency").upper()
        try:
            return cash_balance(row, self._account_of(row), currency, self.values)
        except CellError as error:
            return error

    def _note(self, row: FlexElement) -> None:
        """Learn of an account, the base currency, rates, and trades whose tax they contain."""
        if row.tag == "AccountInformation":
            self.base_currency = row.get("currency").upper() or self.base_currency
            account = row.get("accountId") or self.account
            name = row.get("acctAlias") or row.get("name")
            kind = row.get("customerType") or row.get("accountType")
            if account:
                self.accounts[account] = StatedAccount(account, name, kind)
            return
        rate, currency = row.get("fxRateToBase"), row.get("currency").upper()
        if rate == "1" and not self.base_currency:
            self.base_currency = currency
        if row.tag == "OpenPosition" and rate and currency and not is_lot(row):
            try:
                self.rates[currency] = self.values.number(row, "fxRateToBase") or Decimal(1)
            except CellError:
                return  # the row itself is no worse for a rate that nothing needs
        elif row.tag == "Trade" and row.get("taxes") not in ("", "0"):
            self._taxed_trades.add(row.get("tradeID"))


def _is_base(row: FlexElement) -> bool:
    level = row.get("levelOfDetail").lower()
    return row.get("currency").upper() == BASE_SUMMARY or level == "basecurrency"
