"""The tax bill on net gains: linear on seven sign regions, and what follows from that.

With S and L the year's net short- and long-term gains and N = S + L, the bill is linear on

    0  S ≥ 0, L ≥ 0          every gain at its own rate
    1  S < 0, N ≥ 0          short losses absorb long gains
    2  L < 0, N ≥ 0          long losses absorb short gains
    3  −limit ≤ N < 0        the loss offsets ordinary income
    4  N < −limit, L ≥ 0     the rest is carried, all of it short
    5  N < −limit, L < 0, S ≥ −limit     all of it long
    6  N < −limit, S < −limit, L < 0     each by its character

The bill is not convex, so the solver takes one region's rates, looks where the answer lands and
follows.  Where two regions send it back and forth the best point lies on the edge between them.

Source: 26 USC 1211(b), 1212(b), 1222; the ordinary offset uses short-term losses first.
"""

import math

from trimtab.quant.compile import kernel
from trimtab.quant.layout import (
    CARRY_LONG,
    CARRY_SHORT,
    LONG_RATE,
    NETTING,
    ORDINARY_LIMIT,
    ORDINARY_RATE,
    SHORT_RATE,
    Floats,
)

__all__ = ["REGIONS", "minorant", "region_at", "region_bill", "region_rates", "tax_bill"]

REGIONS = 7


@kernel
def region_at(scalar: Floats, short: float, long: float) -> int:
    """The region that holds net gains of `short` and `long`."""
    net = short + long
    if scalar[NETTING] == 0.0 or (short >= 0.0 and long >= 0.0):
        return 0
    if net >= 0.0:
        return 1 if short < 0.0 else 2
    limit = scalar[ORDINARY_LIMIT]
    if net >= -limit:
        return 3
    if long >= 0.0:
        return 4
    return 5 if short >= -limit else 6


@kernel
def region_rates(scalar: Floats, region: int) -> tuple[float, float]:
    """Marginal rates on short and long gains in a region."""
    if region == 0:
        return scalar[SHORT_RATE], scalar[LONG_RATE]
    if region == 1:
        return scalar[LONG_RATE], scalar[LONG_RATE]
    if region == 2:
        return scalar[SHORT_RATE], scalar[SHORT_RATE]
    if region == 3:
        return scalar[ORDINARY_RATE], scalar[ORDINARY_RATE]
    if region == 4:
        return scalar[CARRY_SHORT], scalar[CARRY_SHORT]
    if region == 5:
        return scalar[CARRY_LONG], scalar[CARRY_LONG]
    return scalar[CARRY_SHORT], scalar[CARRY_LONG]


@kernel
def region_bill(scalar: Floats, region: int, short: float, long: float) -> float:
    """The bill by one region's formula, also outside of that region."""
    rate_short, rate_long = region_rates(scalar, region)
    bill = rate_short * short + rate_long * long
    if region >= 4:
        offset = scalar[ORDINARY_LIMIT]
        bill += (rate_short - scalar[ORDINARY_RATE]) * offset
    return bill


@kernel
def tax_bill(scalar: Floats, short: float, long: float) -> float:
    """The year's tax on net gains; negative where a net loss is worth something."""
    return region_bill(scalar, region_at(scalar, short, long), short, long)


@kernel
def minorant(
    scalar: Floats,
    rate_short: float,
    rate_long: float,
    short_low: float,
    short_high: float,
    long_low: float,
    long_high: float,
) -> tuple[float, int]:
    """The largest c with bill ≥ rate_short·S + rate_long·L + c on a box, and the region it meets.

    The bill is linear between the region's border lines, so its least distance to a plane is found
    where two of those lines or box edges meet.
    """
    if scalar[NETTING] == 0.0:
        return 0.0, 0
    limit = scalar[ORDINARY_LIMIT]
    least = math.inf
    region = 0
    lines = (
        (1.0, 0.0, short_low),
        (1.0, 0.0, short_high),
        (0.0, 1.0, long_low),
        (0.0, 1.0, long_high),
        (1.0, 0.0, 0.0),
        (0.0, 1.0, 0.0),
        (1.0, 1.0, 0.0),
        (1.0, 1.0, -limit),
        (1.0, 0.0, -limit),
    )
    slack = 1e-9 * (1.0 + abs(short_low) + abs(short_high) + abs(long_low) + abs(long_high))
    for i in range(9):
        for j in range(i):
            a, b, c = lines[i]
            d, e, f = lines[j]
            det = a * e - b * d
            if det == 0.0:
                continue
            short = (c * e - b * f) / det
            long = (a * f - c * d) / det
            if short < short_low - slack or short > short_high + slack:
                continue
            if long < long_low - slack or long > long_high + slack:
                continue
            gap = tax_bill(scalar, short, long) - rate_short * short - rate_long * long
            if gap < least:
                least = gap
                region = region_at(scalar, short, long)
    return least, region
