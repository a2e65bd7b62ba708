"""Tax years of simulated households: what is realised, netted, charged and carried forward.

Errors: none.
"""

from __future__ import annotations

from trimtab.quant.compile import kernel
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._lot_layout import (
    CHARGED,
    DISALLOWED,
    LONG,
    LONG_IN,
    SHORT,
    SHORT_IN,
    YEAR,
    Law,
)

__all__ = ["assess", "book", "charge", "disallow", "turn_year"]


@kernel
def book(account: Floats, gain: float, is_long: bool) -> None:
    """Add a gain or a loss to its year."""
    account[LONG if is_long else SHORT] += gain


@kernel
def disallow(account: Floats, loss: float, is_long: bool) -> None:
    """Take a loss back, in the year in which its replacement is there."""
    book(account, loss, is_long)
    account[DISALLOWED] += loss


@kernel
def assess(account: Floats, law: Law, short: float, long: float) -> tuple[float, float, float]:
    """A year's tax with further gains, and the short and long losses that it leaves.

    Each term is netted by itself and with what was carried in, then one with the other; losses
    bring no money back.  Source: 26 USC 1222, 1212(b).
    """
    net_short = account[SHORT] - account[SHORT_IN] + short
    net_long = account[LONG] - account[LONG_IN] + long
    if net_short < 0.0 < net_long:
        made_up = min(-net_short, net_long)
        net_short, net_long = net_short + made_up, net_long - made_up
    elif net_long < 0.0 < net_short:
        made_up = min(-net_long, net_short)
        net_short, net_long = net_short - made_up, net_long + made_up
    tax = law.short_rate * max(net_short, 0.0) + law.long_rate * max(net_long, 0.0)
    return tax, max(-net_short, 0.0), max(-net_long, 0.0)


@kernel
def charge(account: Floats, law: Law) -> float:
    """What the year's tax has changed by."""
    tax, _, _ = assess(account, law, 0.0, 0.0)
    change = tax - account[CHARGED]
    account[CHARGED] = tax
    return change


@kernel
def turn_year(account: Floats, law: Law, year: float) -> None:
    """Carry what is left of losses into a new year."""
    if year == account[YEAR]:
        return
    _, short, long = assess(account, law, 0.0, 0.0)
    account[YEAR], account[CHARGED] = year, 0.0
    account[SHORT], account[LONG] = 0.0, 0.0
    account[SHORT_IN], account[LONG_IN] = short, long
