"""The settings of the published studies as far as they are known, and what is varied.

What a page does not say is our assumption and marked as such in the documentation: rates and gains
elsewhere of Vanguard's two investors, and rates of Betterment and Wealthfront.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trimtab.quant.simulate.harvest_rule import CapitalGainsRates, Every, HarvestRule, LossUse

__all__ = [
    "ADVISED",
    "ALONE",
    "CBL",
    "FREQUENCIES",
    "INVESTORS",
    "PUBLISHED",
    "VARIED",
    "Published",
]

FREQUENCIES = (Every.YEAR, Every.QUARTER, Every.MONTH, Every.DAY)

# Chaudhuri, Burnham and Lo: every loss, each month, at 15 % and 35 %, before costs; savings are
# invested at once.
CBL = HarvestRule(
    harvest=Every.MONTH,
    settle=Every.MONTH,
    loss_min=0.0,
    cost=0.0,
    losses=LossUse.OUTSIDE,
    rates=CapitalGainsRates(short=0.35, long=0.15, qualified_dividends=0.15, ordinary=0.35),
)
HIGH = CapitalGainsRates(short=0.358, long=0.188, qualified_dividends=0.188, ordinary=0.358)
TOP = CapitalGainsRates(short=0.408, long=0.238, qualified_dividends=0.238, ordinary=0.408)

# Trimtab's own defaults, for one who has no gains elsewhere: 5 % threshold, 5 bp, $3,000 a year.
ALONE = HarvestRule()

INVESTORS: Mapping[str, HarvestRule] = {
    "A": replace(ALONE, rates=HIGH, loss_min=0.02, other_long_gains=0.05),
    "B": replace(ALONE, rates=TOP, loss_min=0.02, losses=LossUse.OUTSIDE),
}

# Deposits of a tenth of the first each month or quarter, as the two advisers assume.
ADVISED: Mapping[str, HarvestRule] = {
    "Betterment": replace(
        CBL,
        harvest=Every.DAY,
        settle=Every.YEAR,
        loss_min=0.03,
        cost=0.0005,
        initial=100_000.0,
        deposits=Every.MONTH,
        deposit=10_000.0,
    ),
    "Wealthfront": replace(
        CBL,
        harvest=Every.DAY,
        settle=Every.YEAR,
        loss_min=0.02,
        cost=0.0005,
        rates=replace(TOP, qualified_dividends=0.0, ordinary=0.408),
        initial=500_000.0,
        deposits=Every.QUARTER,
        deposit=50_000.0,
    ),
}

# One thing changed at a time, from CBL with the wash-sale rule.
VARIED: Mapping[str, HarvestRule] = {
    "as CBL, with wash sales": CBL,
    "no wash-sale rule": replace(CBL, wash_sales=False),
    "daily": replace(CBL, harvest=Every.DAY),
    "weekly": replace(CBL, harvest=Every.WEEK),
    "quarterly": replace(CBL, harvest=Every.QUARTER),
    "annual": replace(CBL, harvest=Every.YEAR),
    "only losses beyond 5 % of basis": replace(CBL, loss_min=0.05),
    "only losses beyond 10 % of basis": replace(CBL, loss_min=0.10),
    "costs of 5 bp": replace(CBL, cost=0.0005),
    "costs of 20 bp": replace(CBL, cost=0.0020),
    "savings paid in once a year": replace(CBL, settle=Every.YEAR),
    "top rates, 40.8 % and 23.8 %": replace(CBL, rates=TOP),
    "one rate, 15 %": replace(CBL, rates=replace(CBL.rates, short=0.15)),
    "tilt of open names to 25 %": replace(CBL, tilt_max=0.25),
    "tilt of open names to 100 %": replace(CBL, tilt_max=1.0),
    "overweight kept": replace(CBL, rebalance=Every.NEVER),
    "losses: $3,000 a year of $1,000,000": replace(CBL, losses=LossUse.OWN, settle=Every.YEAR),
    "losses: $3,000 a year of $100,000": replace(
        CBL, losses=LossUse.OWN, settle=Every.YEAR, initial=100_000.0
    ),
    "long-term gains of 5 % a year elsewhere": replace(
        CBL, losses=LossUse.OWN, settle=Every.YEAR, other_long_gains=0.05
    ),
    "short-term gains of 5 % a year elsewhere": replace(
        CBL, losses=LossUse.OWN, settle=Every.YEAR, other_short_gains=0.05
    ),
    "deposits of 1 % a month": replace(CBL, deposits=Every.MONTH, deposit=10_000.0),
}


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure, in basis points a year, and where it stands."""

    study: str
    figure: str
    low: float
    high: float
    source: str


VANGUARD = "corporate.vanguard.com, Portfolio construction for direct indexing"
PUBLISHED: Mapping[str, Published] = {
    "cbl": Published("CBL 2020, no wash sales", "108", 57.0, 229.0, "FAJ 76(3); SSRN 3351382"),
    "cbl_wash": Published("CBL 2020, wash sales", "82", 57.0, 229.0, "FAJ 76(3)"),
    "A": Published("Vanguard 2022, A", "38 / 107 / 123 / 136", 38.0, 136.0, VANGUARD),
    "B": Published("Vanguard 2022, B", "164 / 264 / 284 / 310", 164.0, 310.0, VANGUARD),
    "A fund": Published("Vanguard 2022, A, one fund", "4", 4.0, 4.0, VANGUARD),
    "B fund": Published("Vanguard 2022, B, one fund", "84", 84.0, 84.0, VANGUARD),
    "Betterment": Published("Betterment TLH+, 13 years", "77", 77.0, 77.0, "betterment.com"),
    "Wealthfront": Published("Wealthfront, 2000-14", "203", 203.0, 203.0, "wealthfront.com"),
}
