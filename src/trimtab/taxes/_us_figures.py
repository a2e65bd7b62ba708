"""The yearly figures of the US federal income tax that bear on capital gains.

Each year's are published by the IRS the autumn before in one revenue procedure.  Every row is
checked by a test against the cumulative tax that the same procedure prints in its rate tables, so a
mistyped threshold cannot stay.  A year without a table is refused, never extrapolated.

Errors: `InputError` for a year that is not here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import accumulate, pairwise

from trimtab.model.errors import InputError
from trimtab.model.money import ZERO
from trimtab.model.taxes import FilingStatus

__all__ = [
    "GAIN_RATES",
    "LOSS_LIMIT",
    "NIIT_RATE",
    "NIIT_THRESHOLD",
    "ORDINARY_RATES",
    "FilerFigures",
    "figures",
    "loss_limit",
]

SINGLE, JOINT = FilingStatus.SINGLE, FilingStatus.JOINT
SEPARATE, HEAD = FilingStatus.SEPARATE, FilingStatus.HEAD

ORDINARY_RATES = tuple(Decimal(rate) / 100 for rate in (10, 12, 22, 24, 32, 35, 37))
"""26 USC 1(j)(2), made permanent by P.L. 119-21 section 70101."""

GAIN_RATES = (ZERO, Decimal("0.15"), Decimal("0.20"))
"""26 USC 1(h)(1)(B)-(D)."""

NIIT_RATE = Decimal("0.038")
"""26 USC 1411(a)(1)."""

NIIT_THRESHOLD: Mapping[FilingStatus, Decimal] = {
    SINGLE: Decimal(200_000),
    HEAD: Decimal(200_000),
    JOINT: Decimal(250_000),
    SEPARATE: Decimal(125_000),
}
"""26 USC 1411(b); not indexed."""

LOSS_LIMIT: Mapping[FilingStatus, Decimal] = {
    SINGLE: Decimal(3_000),
    HEAD: Decimal(3_000),
    JOINT: Decimal(3_000),
    SEPARATE: Decimal(1_500),
}
"""26 USC 1211(b)(1); not indexed."""


@dataclass(frozen=True, slots=True)
class _Schedule:
    """Rates that each hold from one amount to the next; `below` is the tax up to each amount."""

    starts: tuple[Decimal, ...]
    rates: tuple[Decimal, ...]
    below: tuple[Decimal, ...]

    @classmethod
    def of(cls, edges: Sequence[Decimal], rates: Sequence[Decimal]) -> _Schedule:
        starts = (ZERO, *edges)
        spans = zip(rates[:-1], pairwise(starts), strict=True)
        parts = (rate * (upper - lower) for rate, (lower, upper) in spans)
        return cls(starts, tuple(rates), tuple(accumulate(parts, initial=ZERO)))

    def tax(self, income: Decimal) -> Decimal:
        """The tax on all of an income."""
        at = max(0, bisect_left(self.starts, income) - 1)
        return self.below[at] + self.rates[at] * (income - self.starts[at])


@dataclass(frozen=True, slots=True)
class FilerFigures:
    """One year's figures for one filing status.

    Unit: dollars of taxable income; `ordinary` holds where each rate after the first begins,
    `gains` where the 15 % and the 20 % rate begin.
    """

    year: int
    source: str
    ordinary: tuple[Decimal, ...]
    gains: tuple[Decimal, Decimal]
    standard_deduction: Decimal
    _by_income: _Schedule = field(init=False, repr=False, compare=False)
    _by_gains: _Schedule = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_income", _Schedule.of(self.ordinary, ORDINARY_RATES))
        object.__setattr__(self, "_by_gains", _Schedule.of(self.gains, GAIN_RATES))

    def ordinary_tax(self, income: Decimal) -> Decimal:
        """The tax of the rate schedule on ordinary income."""
        return self._by_income.tax(income)

    def gains_tax(self, below: Decimal, gains: Decimal) -> Decimal:
        """The tax on gains and dividends at 0/15/20 % that stand on top of `below`.

        Source: 26 USC 1(h)(1); the IRS's Qualified Dividends and Capital Gain Tax Worksheet.
        """
        return self._by_gains.tax(below + gains) - self._by_gains.tax(below)

    def slices(self, below: Decimal, gains: Decimal) -> tuple[tuple[Decimal, Decimal], ...]:
        """How much of the gains falls under each rate: (rate, dollars), empty ones left out."""
        edges = (ZERO, *self.gains, max(below + gains, self.gains[-1]))
        parts = (
            (rate, min(below + gains, upper) - max(below, lower))
            for rate, (lower, upper) in zip(GAIN_RATES, pairwise(edges), strict=True)
        )
        return tuple((rate, part) for rate, part in parts if part > 0)


@dataclass(frozen=True, slots=True)
class _Year:
    """A year's source, its standard deduction, and per status seven thresholds:
    where the 12, 22, 24, 32, 35 and 37 % brackets begin, then where 15 % and 20 % on gains do.
    """

    source: str
    standard: tuple[int, int, int, int]
    single: tuple[int, ...]
    joint: tuple[int, ...]
    separate: tuple[int, ...]
    head: tuple[int, ...]


# fmt: off
_YEARS: Mapping[int, _Year] = {
    #            12 %     22 %     24 %     32 %     35 %     37 %     15 %     20 % on gains
    2021: _Year(
        "Rev. Proc. 2020-45", (12_550, 25_100, 12_550, 18_800),
        single=  ( 9_950,  40_525,  86_375, 164_925, 209_425, 523_600,  40_400, 445_850),
        joint=   (19_900,  81_050, 172_750, 329_850, 418_850, 628_300,  80_800, 501_600),
        separate=( 9_950,  40_525,  86_375, 164_925, 209_425, 314_150,  40_400, 250_800),
        head=    (14_200,  54_200,  86_350, 164_900, 209_400, 523_600,  54_100, 473_750),
    ),
    2022: _Year(
        "Rev. Proc. 2021-45", (12_950, 25_900, 12_950, 19_400),
        single=  (10_275,  41_775,  89_075, 170_050, 215_950, 539_900,  41_675, 459_750),
        joint=   (20_550,  83_550, 178_150, 340_100, 431_900, 647_850,  83_350, 517_200),
        separate=(10_275,  41_775,  89_075, 170_050, 215_950, 323_925,  41_675, 258_600),
        head=    (14_650,  55_900,  89_050, 170_050, 215_950, 539_900,  55_800, 488_500),
    ),
    2023: _Year(
        "Rev. Proc. 2022-38", (13_850, 27_700, 13_850, 20_800),
        single=  (11_000,  44_725,  95_375, 182_100, 231_250, 578_125,  44_625, 492_300),
        joint=   (22_000,  89_450, 190_750, 364_200, 462_500, 693_750,  89_250, 553_850),
        separate=(11_000,  44_725,  95_375, 182_100, 231_250, 346_875,  44_625, 276_900),
        head=    (15_700,  59_850,  95_350, 182_100, 231_250, 578_100,  59_750, 523_050),
    ),
    2024: _Year(
        "Rev. Proc. 2023-34", (14_600, 29_200, 14_600, 21_900),
        single=  (11_600,  47_150, 100_525, 191_950, 243_725, 609_350,  47_025, 518_900),
        joint=   (23_200,  94_300, 201_050, 383_900, 487_450, 731_200,  94_050, 583_750),
        separate=(11_600,  47_150, 100_525, 191_950, 243_725, 365_600,  47_025, 291_850),
        head=    (16_550,  63_100, 100_500, 191_950, 243_700, 609_350,  63_000, 551_350),
    ),
    2025: _Year(  # the standard deduction as raised by P.L. 119-21 section 70102
        "Rev. Proc. 2024-40", (15_750, 31_500, 15_750, 23_625),
        single=  (11_925,  48_475, 103_350, 197_300, 250_525, 626_350,  48_350, 533_400),
        joint=   (23_850,  96_950, 206_700, 394_600, 501_050, 751_600,  96_700, 600_050),
        separate=(11_925,  48_475, 103_350, 197_300, 250_525, 375_800,  48_350, 300_000),
        head=    (17_000,  64_850, 103_350, 197_300, 250_500, 626_350,  64_750, 566_700),
    ),
    2026: _Year(
        "Rev. Proc. 2025-32", (16_100, 32_200, 16_100, 24_150),
        single=  (12_400,  50_400, 105_700, 201_775, 256_225, 640_600,  49_450, 545_500),
        joint=   (24_800, 100_800, 211_400, 403_550, 512_450, 768_700,  98_900, 613_700),
        separate=(12_400,  50_400, 105_700, 201_775, 256_225, 384_350,  49_450, 306_850),
        head=    (17_700,  67_450, 105_700, 201_750, 256_200, 640_600,  66_200, 579_600),
    ),
}
# fmt: on


@cache
def figures(year: int, status: FilingStatus) -> FilerFigures:
    """The figures of a year for a filing status.

    Refuses: a year without a table.
    """
    if year not in _YEARS:
        first, last = min(_YEARS), max(_YEARS)
        raise InputError(
            "tax.year",
            f"the federal brackets of {year} are not built in",
            f"built in are {first} to {last}",
            "set [tax] short_rate and long_rate to your marginal rates",
        )
    row = _YEARS[year]
    rows = {SINGLE: row.single, JOINT: row.joint, SEPARATE: row.separate, HEAD: row.head}
    *ordinary, fifteen, twenty = map(Decimal, rows[status])
    standard = dict(zip((SINGLE, JOINT, SEPARATE, HEAD), row.standard, strict=True))
    return FilerFigures(
        year, row.source, tuple(ordinary), (fifteen, twenty), Decimal(standard[status])
    )


def loss_limit(profile_status: FilingStatus, ordinary_income: Decimal | None) -> Decimal:
    """The most of a net loss that ordinary income takes up.

    Where taxable income is smaller than the limit, only that much is used up.
    Source: 26 USC 1211(b)(1), 1212(b)(2)(B).
    """
    limit = LOSS_LIMIT[profile_status]
    return limit if ordinary_income is None else max(ZERO, min(limit, ordinary_income))
