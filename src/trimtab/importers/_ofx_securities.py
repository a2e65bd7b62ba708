"""Who sends an OFX file, and what its securities are: both are named apart from the rows.

Rows name a security by CUSIP or another number; the list at the end of the file (SECLIST) gives
ticker, name and kind.  A security that the list lacks, or lists under two tickers, is known by its
number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from trimtab.importers._catalogue import common_rules
from trimtab.importers._instruments import Instruments
from trimtab.importers._ofx_stream import INFOS, OfxRow, OfxStream
from trimtab.importers._values import CellError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import StatedInstrument

__all__ = ["Securities", "broker_of", "securities_of"]

_KINDS = {
    "STOCK": InstrumentKind.STOCK,
    "MF": InstrumentKind.MUTUAL_FUND,
    "DEBT": InstrumentKind.BOND,
    "OPT": InstrumentKind.OPTION,
}
_KIND_OF_TAG = re.compile(r"(?:POS|BUY|SELL)?(STOCK|MF|DEBT|OPT)(?:INFO)?")
_FUNDS = frozenset({InstrumentKind.MUTUAL_FUND, None})
_EXCHANGE_TRADED = re.compile(r"\bETFs?\b|exchange.traded", re.IGNORECASE)
_LIST = re.compile("<SECLIST>", re.IGNORECASE)

_BROKERS = (
    ("fidelity", r"fidelity"),
    ("vanguard", r"vanguard"),
    ("schwab", r"schwab"),
    ("etrade", r"e\*?trade"),
    ("merrill", r"merrill|\bml\b|mlol"),
    ("jpmorgan", r"j\.?p\.? ?morgan|chase"),
    ("troweprice", r"t\.? ?rowe|troweprice"),
    ("ameriprise", r"ameriprise"),
    ("tiaa", r"tiaa"),
    ("ibkr", r"interactive ?brokers|ibkr"),
    ("tdameritrade", r"ameritrade"),
    ("wellsfargo", r"wells ?fargo"),
    ("usaa", r"usaa"),
    ("amex", r"american ?express|\bamex\b"),
)
_NAMED = tuple((broker, re.compile(pattern, re.IGNORECASE)) for broker, pattern in _BROKERS)
_NUMBERED = {
    "7776": "fidelity",
    "15103": "vanguard",
    "5104": "schwab",
    "10898": "jpmorgan",
    "1304": "tiaa",
    "4705": "ibkr",
    "5024": "tdameritrade",
}
"""Numbers that institutions sign on with (FID), where their names say nothing."""


def broker_of(organisation: str, number: str, broker_ids: set[str]) -> str:
    """The institution by its name, its broker id or its number; `ofx` where nobody knows it."""
    said = " ".join((organisation, *sorted(broker_ids)))
    by_name = next((broker for broker, pattern in _NAMED if pattern.search(said)), "")
    return by_name or _NUMBERED.get(number, "ofx")


@dataclass(slots=True)
class Securities:
    """The securities of one file, by the number that its rows use."""

    listed: dict[str, OfxRow | None] = field(default_factory=dict)
    _instruments: Instruments = field(default_factory=lambda: Instruments(common_rules()))
    _seen: dict[tuple[str, str, str], StatedInstrument] = field(default_factory=dict)

    def of(self, row: OfxRow) -> StatedInstrument:
        """The security that a row names.

        Refuses: a row that names none.
        """
        number = row.get("UNIQUEID")
        if not number:
            fact = f"{row.tag} names no security (UNIQUEID)"
            raise CellError("no_instrument", fact, "complete the row")
        kind_tag = _KIND_OF_TAG.fullmatch(row.tag)
        key = (number, row.get("UNIQUEIDTYPE").upper(), kind_tag[1] if kind_tag else "")
        if key not in self._seen:
            self._seen[key] = self._judged(*key)
        return self._seen[key]

    def _judged(self, number: str, number_type: str, kind_tag: str) -> StatedInstrument:
        info = self.listed.get(number)
        name = info.get("SECNAME") if info else ""
        ticker = info.get("TICKER") if info else ""
        listed_tag = _KIND_OF_TAG.fullmatch(info.tag) if info else None
        kind = _KINDS.get(listed_tag[1] if listed_tag else kind_tag)
        cusip = number if number_type == "CUSIP" else ""
        isin = number if number_type == "ISIN" else ""
        found = self._instruments.named(ticker, name, cusip, isin, "") if info else None
        if found is None:
            return StatedInstrument(number, name, kind, cusip, isin)
        symbol = found.symbol if ticker or cusip or isin else number
        if _EXCHANGE_TRADED.search(name) and kind in (InstrumentKind.STOCK, *_FUNDS):
            kind = InstrumentKind.ETF
        is_cash = found.is_cash and kind in _FUNDS
        return replace(found, symbol=symbol, kind=None if is_cash else kind, is_cash=is_cash)


def securities_of(text: str, file: str) -> Securities:
    """The securities that the lists of a file name; the lists usually come last."""
    found = Securities()
    begin = _LIST.search(text)
    if begin is None:
        return found
    for row in OfxStream(text[begin.start() :], file):
        number = row.get("UNIQUEID")
        if row.tag not in INFOS or not number:
            continue
        other = found.listed.setdefault(number, row)
        if other is not None and other.get("TICKER") != row.get("TICKER"):
            found.listed[number] = None
    return found
