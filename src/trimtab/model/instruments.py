"""Instruments: the things that can be held."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

__all__ = ["Instrument", "InstrumentKind"]


class InstrumentKind(StrEnum):
    """What an instrument is, as far as trading and tax treat it differently."""

    STOCK = "stock"
    ETF = "etf"
    MUTUAL_FUND = "mutual_fund"
    BOND = "bond"
    OPTION = "option"
    CRYPTO = "crypto"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A thing that can be held.

    Unit: `quantity_step` in units of the instrument (1 = whole shares); `currency` is an ISO code;
    `half_spread` a fraction of price, `None` where the estimator's default applies.
    `identical_group` names what is substantially identical to it for wash sales; an instrument
    without one is identical only to itself.
    """

    id: str
    name: str = ""
    kind: InstrumentKind = InstrumentKind.STOCK
    currency: str = "USD"
    quantity_step: Decimal = Decimal(1)
    tags: frozenset[str] = frozenset()
    identical_group: str | None = None
    half_spread: Decimal | None = None
    dividend_yield: Decimal = Decimal(0)
    qualified_fraction: Decimal = Decimal(1)

    @property
    def wash_group(self) -> str:
        """The group of substantially identical instruments it belongs to (26 USC 1091)."""
        return self.identical_group if self.identical_group is not None else self.id

    @property
    def is_security(self) -> bool:
        """Whether 26 USC 1091 covers it: stock or securities, so not crypto property."""
        return self.kind is not InstrumentKind.CRYPTO
