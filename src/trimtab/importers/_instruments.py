"""Instruments as brokers name them: symbols cleaned, cash told from funds, kinds from words.

A money-market fund that a broker sweeps cash into is cash (`SPAXX**`, `VMFXX`).  A row without a
symbol is known by its CUSIP, ISIN or name, in this order.
"""

from __future__ import annotations

import re

from trimtab.importers._format import Format
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import StatedInstrument

__all__ = ["CASH", "Instruments", "kind_of_symbol"]

CASH = "CASH"
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.\-/ ^=]{0,14}")
_CUSIP = re.compile(r"[0-9]{3}[0-9A-Z*@#]{5}[0-9]")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_MONEY_FUND = re.compile(r"money (market|mkt|fund)|cash (reserves|management trust)", re.IGNORECASE)
_OPTION = re.compile(
    r"-?[A-Z.]{1,6} ?\d{6}[CP]\d+(\.\d+)?"  # OCC: AAPL  250117C00150000, -AAPL250117C150
    r"|[A-Z.]{1,6} \d{1,2}/\d{1,2}/\d{2,4} \d+(\.\d+)? [CP]"  # Schwab: AAPL 01/17/2025 150.00 C
    r"|[A-Z.]{1,6}#[A-X]\d{4}[A-Z]\d+"  # Merrill: AAPL#B1326C425000
    r"|(.* )?(CALL|PUT) .*\d.*|[A-Z.]{1,6} .*\d.* (CALL|PUT)",
)
_BOND_WORDS = re.compile(r"\b(treasury|treas|note|bond|bill)\b.*\d", re.IGNORECASE)


class Instruments:
    """Names seen in one file; each is judged once."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.seen: dict[tuple[str, str, str, str, str], StatedInstrument | None] = {}

    def named(
        self, symbol: str, name: str, cusip: str, isin: str, kind: str
    ) -> StatedInstrument | None:
        """The instrument of these cells; `None` where all of them are empty."""
        key = (symbol, name, cusip, isin, kind)
        if key not in self.seen:
            self.seen[key] = self._judged(*key)
        return self.seen[key]

    def _judged(
        self, symbol: str, name: str, cusip: str, isin: str, kind: str
    ) -> StatedInstrument | None:
        symbol, name, cusip, isin, kind = map(self._known, (symbol, name, cusip, isin, kind))
        if not cusip and _CUSIP.fullmatch(symbol):
            cusip = symbol
        if not isin and _ISIN.fullmatch(symbol):
            isin = symbol
        if not (symbol or name or cusip or isin):
            return None
        is_cash = self._is_cash(symbol, name, kind)
        found = kind_of_symbol(symbol, name)
        if found is None:
            found = next((k for match, k in self.form.kinds if kind and match.search(kind)), None)
        shown = symbol.rstrip("*").strip() or cusip or isin or name
        if is_cash and not _TICKER.fullmatch(symbol.rstrip("*").strip()):
            shown = CASH
        return StatedInstrument(shown, name, None if is_cash else found, cusip, isin, is_cash)

    def _known(self, text: str) -> str:
        return "" if text.lower() in self.form.numbers.unknown else " ".join(text.split())

    def _is_cash(self, symbol: str, name: str, kind: str) -> bool:
        if any(rule.search(symbol) for rule in self.form.cash if symbol):
            return True
        if not symbol and any(rule.search(name) for rule in self.form.cash):
            return True
        return bool(_MONEY_FUND.search(name) or _MONEY_FUND.search(kind))


def kind_of_symbol(symbol: str, name: str) -> InstrumentKind | None:
    """What the form of a symbol tells: options and bonds have forms of their own."""
    if _OPTION.fullmatch(symbol.upper()):
        return InstrumentKind.OPTION
    if _CUSIP.fullmatch(symbol) and not symbol.isdigit() and _BOND_WORDS.search(name):
        return InstrumentKind.BOND
    return None
