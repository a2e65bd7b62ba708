"""Households as the API answers them: where they stand, and what they hold.

The keys are those of `app.status_json`; what they mean is said with each.  Errors: none.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from trimtab.app.web.api.values import Amount, Answer, PageOf

__all__ = [
    "AccountStanding",
    "CashHeld",
    "Coverage",
    "Finding",
    "Household",
    "HouseholdLine",
    "HouseholdPage",
    "LotHeld",
    "PriceSeen",
    "Snapshot",
    "SnapshotLine",
    "SnapshotPage",
    "TargetStanding",
]


class HouseholdLine(Answer):
    """A household that you may see."""

    id: str = Field(description="Its name in addresses.", examples=["rivera"])
    name: str = Field(description="Its name for people; the id where it has none.")


class HouseholdPage(PageOf):
    """Households, in the order in which they are served."""

    items: list[HouseholdLine]


class Finding(Answer):
    """Something that deserves a look."""

    code: str = Field(description="What it is, in one word.")
    severity: str = Field(description="note, warning, approval or refusal.")
    subject: str
    message: str
    actual: str | None = Field(description="What is the case.")
    bound: str | None = Field(description="The limit that it is held against.")
    remedy: str | None = Field(description="What mends it.")
    clause: str | None = Field(description="The clause of the mandate that it follows.")


class Coverage(Answer):
    """What a wash-sale answer looked at (26 USC 1091)."""

    accounts: list[str]
    not_loaded: list[str] = Field(description="Accounts that exist and were not seen.")
    from_: date | None = Field(alias="from")
    to: date | None
    matches: int
    sentence: str


class AccountStanding(Answer):
    """One account; money in base currency."""

    id: str
    name: str
    owner: str
    wrapper: str = Field(description="How the law treats it: taxable, traditional, roth …")
    value: Amount = Field(description="Lots and cash, base currency.")
    cash: Amount = Field(description="Cash, base currency.")
    weight: float = Field(description="A fraction of the household's value.")
    lots: int


class TargetStanding(Answer):
    """One target against what is held; fractions of the household's value."""

    name: str
    instruments: list[str]
    value: Amount = Field(description="What is held of it, base currency.")
    weight: float = Field(description="The wanted weight.")
    actual: float = Field(description="The weight that is held.")
    drift: float = Field(description="Actual less wanted.")
    band: float = Field(description="The tolerated distance.")
    is_out: bool = Field(description="Whether the drift exceeds the band.")


class Untargeted(Answer):
    """Something held that no target names."""

    instrument: str
    value: Amount = Field(description="Base currency.")
    weight: float


class PositionHeld(Answer):
    """All lots of one instrument in one account."""

    account: str
    instrument: str
    quantity: Amount = Field(description="Units of the instrument.")
    value: Amount = Field(description="Base currency.")
    price: Amount = Field(description="One unit, in `currency`.")
    currency: str
    price_on: date | None = Field(description="The session that the price was seen in.")
    price_source: str | None


class FlowDue(Answer):
    """Money that comes (positive) or is needed (negative), base currency."""

    clause: str
    amount: Amount
    due: date | None
    account: str | None


class LossHeld(Answer):
    """A lot whose loss passes the mandate's thresholds."""

    lot: str
    account: str
    instrument: str
    value: Amount = Field(description="Base currency.")
    loss: Amount = Field(description="Positive, base currency.")
    fraction: float = Field(description="The loss as a fraction of the basis.")
    term: str | None = Field(description="short or long; null where the day is not known.")
    washed_quantity: Amount = Field(description="Units whose loss a recent purchase washes.")


class NearLongTerm(Answer):
    """A gain that becomes long-term soon."""

    lot: str
    gain: Amount = Field(description="Base currency.")
    long_term_from: date | None


class WashWindow(Answer):
    """An open wash-sale window: what happened, and what it bars until when."""

    instrument: str
    account: str
    on: date | None
    quantity: Amount
    until: date | None
    bars: str = Field(description="sale or purchase.")
    loss: Amount | None = Field(description="Base currency.")
    permanent: bool


class Household(Answer):
    """Where a household stands now.  Money in `base_currency`, weights fractions of one."""

    id: str
    name: str
    as_of: date
    base_currency: str
    value: Amount = Field(description="Lots and cash of all accounts.")
    cash: Amount
    owed: Amount = Field(description="All liabilities.")
    net_worth: Amount = Field(description="Value less what is owed.")
    cash_wanted: float = Field(description="The wanted weight of cash.")
    drift_total: float = Field(description="Half the sum of all drifts.")
    verdict: str = Field(description="What a plan made now comes to: hold, trade, refused …")
    sentence: str = Field(description="The same in one sentence.")
    accounts: list[AccountStanding]
    targets: list[TargetStanding]
    untargeted: list[Untargeted]
    positions: list[PositionHeld]
    flows: list[FlowDue]
    losses: list[LossHeld]
    near_long_term: list[NearLongTerm]
    wash_windows: list[WashWindow]
    coverage: Coverage
    findings: list[Finding]


class LotHeld(Answer):
    """Units acquired together."""

    id: str
    account: str
    instrument: str
    quantity: Amount = Field(description="Units of the instrument.")
    basis: Amount | None = Field(description="Base currency; null where it is not known.")
    acquired: date | None
    holding_start: date | None = Field(description="Where a holding period was carried over.")
    term: str | None = Field(description="Of a sale on `as_of`: short or long.")
    value: Amount | None = Field(description="Base currency; null without a price.")
    gain: Amount | None = Field(description="Value less basis, base currency.")


class CashHeld(Answer):
    """Cash of one currency in one account, in that currency."""

    account: str
    currency: str
    amount: Amount
    unsettled: Amount = Field(description="The part that may not be spent yet.")


class PriceSeen(Answer):
    """The price of one unit."""

    instrument: str
    amount: Amount = Field(description="In `currency`.")
    currency: str
    on: date
    source: str | None


class SnapshotLine(Answer):
    """A snapshot that can be read."""

    id: str = Field(description="`current`, or the cycle that observed it.")
    as_of: date


class SnapshotPage(PageOf):
    """Snapshots: the current one, then those of cycles that asked people, the latest first."""

    items: list[SnapshotLine]


class Snapshot(Answer):
    """All that was known at `as_of`, nothing later."""

    id: str
    as_of: date
    base_currency: str
    lots: list[LotHeld]
    cash: list[CashHeld]
    prices: list[PriceSeen]
    rates: dict[str, Amount] = Field(description="Base currency for one unit of each other one.")
    blocked: dict[str, str] = Field(description="Accounts in which nothing is traded, and why.")
