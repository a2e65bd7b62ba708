"""Where each household stands.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.client._transport import Transport, place

__all__ = [
    "AccountStanding",
    "Coverage",
    "Finding",
    "FlowDue",
    "Household",
    "HouseholdLine",
    "HouseholdPage",
    "HouseholdsResource",
    "LossHeld",
    "NearLongTerm",
    "PositionHeld",
    "TargetStanding",
    "Untargeted",
    "WashWindow",
]


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household that you may see."""

    id: str  # Its name in addresses.
    name: str  # Its name for people; the id where it has none.


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """Households, in the order in which they are served."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[HouseholdLine, ...]


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """One account; money in base currency."""

    id: str
    name: str
    owner: str
    wrapper: str  # How the law treats it: taxable, traditional, roth …
    value: Decimal  # Lots and cash, base currency.
    cash: Decimal  # Cash, base currency.
    weight: float  # A fraction of the household's value.
    lots: int


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """One target against what is held; fractions of the household's value."""

    name: str
    instruments: tuple[str, ...]
    value: Decimal  # What is held of it, base currency.
    weight: float  # The wanted weight.
    actual: float  # The weight that is held.
    drift: float  # Actual less wanted.
    band: float  # The tolerated distance.
    is_out: bool  # Whether the drift exceeds the band.


@dataclass(frozen=True, slots=True)
class Untargeted:
    """Something held that no target names."""

    instrument: str
    value: Decimal  # Base currency.
    weight: float


@dataclass(frozen=True, slots=True)
class PositionHeld:
    """All lots of one instrument in one account."""

    account: str
    instrument: str
    quantity: Decimal  # Units of the instrument.
    value: Decimal  # Base currency.
    price: Decimal  # One unit, in `currency`.
    currency: str
    price_on: date | None  # The session that the price was seen in.
    price_source: str | None


@dataclass(frozen=True, slots=True)
class FlowDue:
    """Money that comes (positive) or is needed (negative), base currency."""

    clause: str
    amount: Decimal
    due: date | None
    account: str | None


@dataclass(frozen=True, slots=True)
class LossHeld:
    """A lot whose loss passes the mandate's thresholds."""

    lot: str
    account: str
    instrument: str
    value: Decimal  # Base currency.
    loss: Decimal  # Positive, base currency.
    fraction: float  # The loss as a fraction of the basis.
    term: str | None  # short or long; null where the day is not known.
    washed_quantity: Decimal  # Units whose loss a recent purchase washes.


@dataclass(frozen=True, slots=True)
class NearLongTerm:
    """A gain that becomes long-term soon."""

    lot: str
    gain: Decimal  # Base currency.
    long_term_from: date | None


@dataclass(frozen=True, slots=True)
class WashWindow:
    """An open wash-sale window: what happened, and what it bars until when."""

    instrument: str
    account: str
    on: date | None
    quantity: Decimal
    until: date | None
    bars: str  # sale or purchase.
    loss: Decimal | None  # Base currency.
    permanent: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a wash-sale answer looked at (26 USC 1091)."""

    accounts: tuple[str, ...]
    not_loaded: tuple[str, ...]  # Accounts that exist and were not seen.
    from_: date | None
    to: date | None
    matches: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that deserves a look."""

    code: str  # What it is, in one word.
    severity: str  # note, warning, approval or refusal.
    subject: str
    message: str
    actual: str | None  # What is the case.
    bound: str | None  # The limit that it is held against.
    remedy: str | None  # What mends it.
    clause: str | None  # The clause of the mandate that it follows.


@dataclass(frozen=True, slots=True)
class Household:
    """Where a household stands now.  Money in `base_currency`, weights fractions of one."""

    id: str
    name: str
    as_of: date
    base_currency: str
    value: Decimal  # Lots and cash of all accounts.
    cash: Decimal
    owed: Decimal  # All liabilities.
    net_worth: Decimal  # Value less what is owed.
    cash_wanted: float  # The wanted weight of cash.
    drift_total: float  # Half the sum of all drifts.
    verdict: str  # What a plan made now comes to: hold, trade, refused …
    sentence: str  # The same in one sentence.
    accounts: tuple[AccountStanding, ...]
    targets: tuple[TargetStanding, ...]
    untargeted: tuple[Untargeted, ...]
    positions: tuple[PositionHeld, ...]
    flows: tuple[FlowDue, ...]
    losses: tuple[LossHeld, ...]
    near_long_term: tuple[NearLongTerm, ...]
    wash_windows: tuple[WashWindow, ...]
    coverage: Coverage
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class HouseholdsResource:
    """Where each household stands."""

    transport: Transport

    def list_households(self, *, cursor: str | None = None, limit: int = 50) -> HouseholdPage:
        """The households that you may see, in the order in which they are served.

        Needs the right `view`.
        """
        return self.transport.ask(
            HouseholdPage, "GET", "/api/v1/households", query={"cursor": cursor, "limit": limit}
        )

    def get_household(self, household: str) -> Household:
        """Where a household stands now, and what a plan made now comes to.

        Needs the right `view`.
        """
        return self.transport.ask(Household, "GET", place("/api/v1/households/{}", household))
