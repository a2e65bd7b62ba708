"""Dialects of FIX: what one broker's rules of engagement say beyond the standard.

A profile is data: versions, paces, the words for a time in force, fields to add, whether fills
come one by one or only as running totals, and who may set the sequence numbers back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from trimtab.model.orders import TimeInForce

__all__ = ["DUKASCOPY", "FIX42", "FIX44", "IBKR", "Profile", "Sequence"]


class Sequence(StrEnum):
    """When the numbers of a session start again from one; never silently at another time."""

    KEEP = "keep"
    """Never by us: what was missed while away is resent.  A broker that disagrees is an error."""
    DAILY = "daily"
    """At the agreed hour of the session, on both sides."""
    LOGON = "logon"
    """At every logon: nothing is resent, so that every logon is a gap."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How one broker speaks FIX.

    `times_in_force` holds the word of each that it takes; `on_close` the order types at the close
    of a version without such a time in force; `fills_from_totals` where a report says only how much
    is filled so far and at which average; `asks_account` the message that asks for the account,
    where there is one.
    Unit: `orders_per_second`, `logons_per_minute`; `quantity_step` in units.
    """

    name: str
    begin: str
    times_in_force: Mapping[TimeInForce, str]
    on_close: Mapping[str, str] = field(default_factory=dict)
    order_fields: tuple[tuple[int, str], ...] = ()
    cash_orders: bool = False
    quantity_step: Decimal = Decimal(1)
    replaces: bool = True
    fills_from_totals: bool = False
    day_as_good_till_date: bool = False
    asks_account: str = ""
    sequence: Sequence = Sequence.KEEP
    orders_per_second: Decimal = Decimal(10)
    logons_per_minute: int = 4

    @property
    def has_transaction_types(self) -> bool:
        """Whether reports say new, cancel, correct or status in a field of their own (to 4.2)."""
        return self.begin == "FIX.4.2"


IN_FORCE_42: Mapping[TimeInForce, str] = {
    TimeInForce.DAY: "0",
    TimeInForce.GOOD_TILL_CANCELED: "1",
    TimeInForce.AT_OPEN: "2",
    TimeInForce.IMMEDIATE_OR_CANCEL: "3",
    TimeInForce.AT_CLOSE: "0",
}
ON_CLOSE_42: Mapping[str, str] = {"1": "5", "2": "B"}
"""Market and limit order as their kinds at the close, which 4.2 has as order types."""

FIX42 = Profile("FIX 4.2", "FIX.4.2", IN_FORCE_42, ON_CLOSE_42, ((21, "1"),))
FIX44 = Profile(
    "FIX 4.4", "FIX.4.4", {**IN_FORCE_42, TimeInForce.AT_CLOSE: "7"}, order_fields=((21, "1"),)
)
IBKR = Profile(
    "Interactive Brokers FIX",
    "FIX.4.2",
    IN_FORCE_42,
    ON_CLOSE_42,
    # Handled by the broker, a customer's order, a common stock, routed by its smart router.
    order_fields=((21, "2"), (204, "0"), (167, "CS"), (100, "SMART")),
    sequence=Sequence.DAILY,
)
DUKASCOPY = Profile(
    "Dukascopy FIX",
    "FIX.4.4",
    {
        TimeInForce.DAY: "6",
        TimeInForce.GOOD_TILL_CANCELED: "1",
        TimeInForce.IMMEDIATE_OR_CANCEL: "3",
    },
    fills_from_totals=True,
    day_as_good_till_date=True,
    asks_account="U7",
    sequence=Sequence.LOGON,
    orders_per_second=Decimal(16),
    logons_per_minute=4,  # it allows five
)
