"""The one world that every guard is shown, and how a guard is asked."""

from dataclasses import replace
from decimal import Decimal

from trimtab.model.findings import Finding, Severity
from trimtab.model.plans import Plan
from trimtab.testing.worlds import World, world

D = Decimal


NOTE, WARNING, APPROVAL, REFUSAL = Severity


LOTS = """
account  instrument  qty  basis   acquired    price  lot      group  tags
taxable  VTI         200  40,000  2019-03-04  250    old      us     .
taxable  VTI         100  20,000  2021-10-26  250    young    us     .
taxable  ITOT        100  14,000  2020-01-06  100    loser    us     .
taxable  SCHX        100  9,000   2020-01-06  60     other    .      .
taxable  XOM         100  .       2010-01-04  100    unknown  .      fossil
taxable  cash        5,000
ira      BND         1860 .       .           50     bonds    .      .
ira      cash        1,000
"""


TARGETS = """
target  weight  instruments
stocks  40%     VTI,ITOT,SCHX
bonds   60%     BND
"""


HOME = world(LOTS, targets=TARGETS)  # 14 October 2022; $200,000 with $6,000 of cash in it


def under(**rules: object) -> World:
    return HOME.under(replace(HOME.mandate, **rules))


def check(guard, plan: Plan, home: World = HOME) -> tuple[Finding, ...]:
    return guard.check(plan, home.snapshot, home.mandate)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in findings]


def sells(lot: str, quantity: int, name: str = "VTI", rest: str = "targets.stocks 0 0") -> str:
    return "side account instrument qty lot clause disallowed cost\n" + (
        f"sell taxable {name} {quantity} {lot} {rest}\n"
    )


# --- restricted list -----------------------------------------------------------------------------

RULE = "clause kind instruments tags accounts minimum maximum\n"
