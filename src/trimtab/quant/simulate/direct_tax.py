"""The tax of one settlement: gains netted, losses used or carried, dividends by kind.

Two accountings, as the literature has them.  *Outside*: every loss saves its own rate at once,
because its owner has gains elsewhere of each kind.  *Own*: 26 USC 1222 nets short with short, long
with long, then across; 1211(b) lets $3,000 of a net loss reduce ordinary income; 1212(b) carries
the rest with its character.  Under *own* the owner may have gains elsewhere, a fraction of the
dollars paid in so far a year; only the difference to the tax on those alone counts.
"""

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.direct_layout import (
    DEDUCTION,
    OTHER_LONG,
    OTHER_SHORT,
    OUTSIDE,
    RATE_LONG,
    RATE_ORDINARY,
    RATE_QUALIFIED,
    RATE_SHORT,
    Floats,
)

__all__ = ["assess", "settle_gains"]


@kernel
def settle_gains(rule: Floats, short: float, long: float) -> tuple[float, float, float]:
    """Tax on a year's net gains, and the losses that it leaves over (as negative gains)."""
    if short >= 0.0 and long >= 0.0:
        return rule[RATE_SHORT] * short + rule[RATE_LONG] * long, 0.0, 0.0
    net = short + long
    if net >= 0.0:
        rate = rule[RATE_SHORT] if short > 0.0 else rule[RATE_LONG]
        return rate * net, 0.0, 0.0
    if short > 0.0:
        short, long = 0.0, net
    elif long > 0.0:
        short, long = net, 0.0
    deducted_short = min(DEDUCTION, -short)
    deducted_long = min(DEDUCTION - deducted_short, -long)
    saved = rule[RATE_ORDINARY] * (deducted_short + deducted_long)
    return -saved, short + deducted_short, long + deducted_long


@kernel
def assess(
    rule: Floats,
    paid_in: float,
    short: float,
    long: float,
    qualified: float,
    ordinary: float,
    carried_short: float,
    carried_long: float,
) -> tuple[float, float, float]:
    """Tax of a settlement, negative where it saves, and the losses carried on."""
    dividends = rule[RATE_QUALIFIED] * qualified + rule[RATE_ORDINARY] * ordinary
    if rule[OUTSIDE] != 0.0:
        return dividends + rule[RATE_SHORT] * short + rule[RATE_LONG] * long, 0.0, 0.0
    other_short, other_long = rule[OTHER_SHORT] * paid_in, rule[OTHER_LONG] * paid_in
    alone, _, _ = settle_gains(rule, other_short, other_long)
    tax, left_short, left_long = settle_gains(
        rule, short + carried_short + other_short, long + carried_long + other_long
    )
    return dividends + tax - alone, left_short, left_long
