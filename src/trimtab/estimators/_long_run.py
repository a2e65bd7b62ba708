"""Long-run risk by asset class: the figures that stand in where an instrument has no history.

They are other people's published estimates, rounded, each with its source.  They describe a class
and never one instrument: whoever knows better puts closes into the price file.

The correlations are those between broad indices of two classes.  `loading` says how much of one
instrument's return its class explains: two single stocks correlate 0.30 (0.55²), two broad funds of
one class 0.94.

Errors: none; a test holds the matrix of correlations positive definite.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from trimtab.estimators._base import Floats

__all__ = ["LONG_RUN", "NEAR_COPY", "AssetClass", "LongRun", "class_correlations"]


class AssetClass(StrEnum):
    """What an instrument is, as far as its risk differs; the words are those of messages."""

    MONEY_MARKET = "a money-market fund"
    SHORT_BONDS = "short-term bonds"
    BONDS = "bonds"
    LONG_BONDS = "long-term bonds"
    INFLATION_BONDS = "inflation-linked bonds"
    HIGH_YIELD = "high-yield bonds"
    MUNICIPAL = "municipal bonds"
    BALANCED = "a mix of stocks and bonds"
    STOCKS = "a stock fund"
    SMALL_STOCKS = "a fund of small companies"
    FOREIGN_STOCKS = "a fund of foreign stocks"
    EMERGING_STOCKS = "a fund of emerging markets"
    REAL_ESTATE = "real estate"
    GOLD = "gold"
    COMMODITIES = "commodities"
    CRYPTO = "a crypto asset"
    SINGLE_STOCK = "a single stock"
    OTHER = "an option or something unknown"


@dataclass(frozen=True, slots=True)
class LongRun:
    """The long-run risk of one class.

    Unit: `volatility` a year, a fraction of one; `loading` the correlation of one instrument with
    its class.  `cited` names the source in a few words, `source` in full with what it says; `like`
    is the class whose correlations count.
    """

    volatility: float
    loading: float
    cited: str
    source: str
    like: AssetClass | None = None


SHORT = "J.P. Morgan LTCMA 2025"
LTCMA = "J.P. Morgan, Long-Term Capital Market Assumptions 2025, USD"

LONG_RUN: dict[AssetClass, LongRun] = {
    AssetClass.MONEY_MARKET: LongRun(
        0.005,
        0.90,
        "J.P. Morgan LTCMA 2023",
        "J.P. Morgan, Long-Term Capital Market Assumptions 2023, USD: cash 0.5 %",
    ),
    AssetClass.SHORT_BONDS: LongRun(0.02, 0.95, SHORT, f"{LTCMA}: short government/credit 1.6 %"),
    AssetClass.BONDS: LongRun(
        0.06, 0.95, SHORT, f"{LTCMA}: between aggregate 4.5 % and investment-grade corporate 7.3 %"
    ),
    AssetClass.LONG_BONDS: LongRun(0.13, 0.97, SHORT, f"{LTCMA}: long Treasuries 12.8 %"),
    AssetClass.INFLATION_BONDS: LongRun(0.06, 0.97, SHORT, f"{LTCMA}: TIPS 5.8 %"),
    AssetClass.HIGH_YIELD: LongRun(0.085, 0.95, SHORT, f"{LTCMA}: high yield 8.5 %"),
    AssetClass.MUNICIPAL: LongRun(0.04, 0.95, SHORT, f"{LTCMA}: municipal 1-15 years 4.0 %"),
    AssetClass.BALANCED: LongRun(
        0.11, 0.97, SHORT, f"{LTCMA}: 60 % stocks and 40 % bonds by the figures of both"
    ),
    AssetClass.STOCKS: LongRun(
        0.17, 0.97, SHORT, f"{LTCMA}: world equity 16.7 %, US large cap 16.3 %"
    ),
    AssetClass.SMALL_STOCKS: LongRun(0.21, 0.97, SHORT, f"{LTCMA}: US small cap 20.7 %"),
    AssetClass.FOREIGN_STOCKS: LongRun(0.175, 0.97, SHORT, f"{LTCMA}: EAFE equity"),
    AssetClass.EMERGING_STOCKS: LongRun(0.21, 0.97, SHORT, f"{LTCMA}: emerging markets equity"),
    AssetClass.REAL_ESTATE: LongRun(
        0.18, 0.95, SHORT, f"{LTCMA}: US REITs 17.2 %, value-added real estate 19.1 %"
    ),
    AssetClass.GOLD: LongRun(0.17, 0.98, SHORT, f"{LTCMA}: gold 16.8 %"),
    AssetClass.COMMODITIES: LongRun(0.18, 0.95, SHORT, f"{LTCMA}: commodities 18.1 %"),
    AssetClass.CRYPTO: LongRun(
        0.70,
        0.87,
        "Liu & Tsyvinski 2021",
        "Liu & Tsyvinski (2021), Risks and Returns of Cryptocurrency, Review of Financial "
        "Studies 34(6): bitcoin 5.5 % a day in 2011-2018; calmer since, so taken below it",
    ),
    AssetClass.SINGLE_STOCK: LongRun(
        0.30,
        0.55,
        "Campbell and others 2001",
        "Campbell, Lettau, Malkiel & Xu (2001), Have Individual Stocks Become More Volatile?, "
        "Journal of Finance 56(1): market, industry and firm together about 30 %",
        AssetClass.STOCKS,
    ),
    AssetClass.OTHER: LongRun(
        0.40,
        0.50,
        "a judgement",
        "no published figure covers it: taken above a single stock's, as a judgement",
        AssetClass.STOCKS,
    ),
}
"""By class.  Ibbotson's SBBI yearbook finds 20 % for US large stocks since 1926, the crash of 1929
included; the figures above look ahead from today."""

NEAR_COPY = 0.99
"""The share of what its class does not explain that two substitutes, or two instruments of one
`identical_group`, have in common: broad funds so paired correlate 0.999, share classes of one
company 0.993."""

# Rounded from the same assumptions (USD matrix); for crypto from the paper above.
_ORDER = (
    AssetClass.MONEY_MARKET,
    AssetClass.SHORT_BONDS,
    AssetClass.BONDS,
    AssetClass.LONG_BONDS,
    AssetClass.INFLATION_BONDS,
    AssetClass.HIGH_YIELD,
    AssetClass.MUNICIPAL,
    AssetClass.BALANCED,
    AssetClass.STOCKS,
    AssetClass.SMALL_STOCKS,
    AssetClass.FOREIGN_STOCKS,
    AssetClass.EMERGING_STOCKS,
    AssetClass.REAL_ESTATE,
    AssetClass.GOLD,
    AssetClass.COMMODITIES,
    AssetClass.CRYPTO,
)
_BELOW_DIAGONAL = """
 .25
 .10  .70
 .00  .50  .85
 .05  .55  .75  .60
-.05  .20  .30  .05  .35
 .05  .45  .70  .55  .60  .40
 .05  .30  .50  .25  .45  .70  .40
 .00  .15  .25  .05  .30  .70  .25  .95
-.05  .10  .20  .00  .25  .70  .20  .85  .90
 .00  .20  .30  .05  .35  .75  .30  .85  .87  .80
 .00  .20  .30  .05  .35  .70  .30  .70  .70  .65  .80
 .00  .20  .40  .20  .40  .65  .40  .75  .75  .75  .70  .55
 .05  .35  .40  .25  .45  .15  .25  .15  .05  .05  .15  .25  .15
 .00  .00  .00 -.20  .25  .45  .05  .40  .45  .45  .50  .55  .30  .40
 .00  .05  .10  .05  .10  .30  .10  .35  .35  .35  .35  .30  .25  .10  .15
"""


def class_correlations() -> tuple[tuple[AssetClass, ...], Floats]:
    """The classes that have correlations of their own, and the matrix of them.

    Shape: n × n, symmetric, ones on the diagonal.
    """
    matrix = np.eye(len(_ORDER))
    for at, row in enumerate(_BELOW_DIAGONAL.strip().splitlines(), start=1):
        matrix[at, :at] = matrix[:at, at] = [float(cell) for cell in row.split()]
    return _ORDER, matrix
