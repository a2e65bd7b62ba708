"""Which instrument at Saxo (a Uic and a kind) one of ours is, and how it is traded.

A ticker has a listing on many exchanges.  Only an exact match is taken, and where several fit, the
owner of the account names Saxo's symbol ("VTI:arcx"); nothing is guessed.

Errors: `BrokerError` for an ambiguous ticker, `NotExact` for an answer that is not understood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trimtab.brokers._exact_json import (
    NotExact,
    decimal_of,
    list_of,
    object_of,
    optional_decimal,
    text_of,
)
from trimtab.model.brokers import BrokerError, BrokerInstrument, Trouble

__all__ = ["ASSET_TYPES", "Instruments", "Uic", "chosen", "instrument_of"]

ASSET_TYPES = ("Stock", "Etf", "Etc", "Etn")


@dataclass(frozen=True, slots=True)
class Uic:
    """Saxo's number of an instrument, which is one only together with the kind."""

    number: int
    asset_type: str
    symbol: str


class Instruments:
    """What is known of instruments; `symbols` gives Saxo's symbol of one of ours."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self._symbols = symbols
        self._ours = {theirs.lower(): ours for ours, theirs in symbols.items()}
        self._uics: dict[str, Uic] = {}
        self._names: dict[int, str] = {}

    def symbol(self, instrument: str) -> str:
        """Saxo's symbol, or the bare ticker where none is named."""
        return self._symbols.get(instrument, instrument)

    def uic(self, instrument: str) -> Uic | None:
        """The number of an instrument, if it was looked up."""
        return self._uics.get(instrument)

    def know(self, instrument: str, uic: Uic) -> None:
        """Remember a number."""
        self._uics[instrument] = uic
        self._names[uic.number] = instrument

    def name_of(self, uic: object, symbol: object) -> str:
        """Our name of an instrument, by its number, or by its symbol if it was never looked up."""
        number = int(decimal_of(uic, "a Uic"))
        if number in self._names:
            return self._names[number]
        if not isinstance(symbol, str) or not symbol:
            return f"uic-{number}"
        name = self._ours.get(symbol.lower(), symbol.partition(":")[0])
        # The same ticker on another exchange is another instrument.
        return symbol if name in self._uics else name


def chosen(body: Any, instrument: str, symbol: str) -> Uic | None:
    """The one instrument of a symbol, or of a ticker on any exchange; none where there is none.

    Refuses: several.
    """
    found = []
    for one in list_of(object_of(body, "the instruments").get("Data"), "the instruments"):
        shown = object_of(one, "an instrument")
        theirs = text_of(shown.get("Symbol"), "an instrument's Symbol")
        if symbol.lower() in (theirs.lower(), theirs.partition(":")[0].lower()):
            number = int(decimal_of(shown.get("Identifier"), "an instrument's Identifier"))
            kind = text_of(shown.get("AssetType"), "an instrument's AssetType")
            found.append(Uic(number, kind, theirs))
    exact = [one for one in found if one.symbol.lower() == symbol.lower()]
    found = exact or found
    if len(found) > 1:
        listed = ", ".join(f"{one.symbol} ({one.asset_type})" for one in found)
        raise BrokerError(
            Trouble.PERMISSION,
            f"the instrument {instrument} at Saxo",
            f"{len(found)} fit: {listed}",
            "one has to be meant",
            "name it under symbols in the broker's settings",
        )
    return found[0] if found else None


def instrument_of(body: Any, instrument: str, uic: Uic) -> BrokerInstrument:
    """An instrument by its details."""
    shown = object_of(body, f"the details of {instrument}")
    number = decimal_of(shown.get("Uic"), f"the Uic of {instrument}")
    if number != uic.number:
        raise NotExact(f"the details of {instrument} are those of {number}, not {uic.number}")
    one = Decimal(1)
    lot = optional_decimal(shown.get("LotSize"), f"the LotSize of {instrument}")
    minimum = optional_decimal(shown.get("MinimumTradeSize"), f"the minimum of {instrument}")
    tick = optional_decimal(shown.get("TickSize"), f"the TickSize of {instrument}")
    scheme = object_of(shown.get("TickSizeScheme", {}), f"the TickSizeScheme of {instrument}")
    default = optional_decimal(scheme.get("DefaultTickSize"), f"DefaultTickSize of {instrument}")
    return BrokerInstrument(
        instrument=instrument,
        broker_id=str(uic.number),
        currency=text_of(shown.get("CurrencyCode"), f"the CurrencyCode of {instrument}"),
        quantity_step=max(lot or one, one),
        minimum=max(minimum or one, one),
        price_step=tick or default or Decimal("0.01"),
        tradable=shown.get("IsTradable") is True and shown.get("TradingStatus") != "NonTradable",
    )
