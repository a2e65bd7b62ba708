"""A decision and its page for the tests of the report, and the outline of a page."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser

from trimtab.app.demo import DEMO_FOLDER
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.report import render_report
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO, cents
from trimtab.model.plans import (
    Coverage,
    Decision,
    LotSale,
    Plan,
    Skipped,
    Trade,
    TradeCost,
    Verdict,
)
from trimtab.model.proposals import (
    Action,
    Binding,
    CostParts,
    Proposal,
    ProposalStatus,
)
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill, TaxLine

# side account instrument quantity lot-day washed tax clause
TRADES = """
sell joint    AMD   102 2021-11-15 0    -2300 harvest
sell joint    MTUM  153 2021-11-15 3125 -1100 harvest
sell joint    QUAL  183 2021-11-15 0    -1650 harvest
buy  joint    SIZE  190 -          0    0     targets.core_funds
buy  joint    MSFT  25  -          0    0     targets.technology
sell ana_ira  CVX   120 2020-03-23 0    0     targets.energy
buy  ana_ira  QUAL  170 -          0    0     targets.core_funds
sell ben_roth XOM   150 2020-10-15 0    0     targets.energy
buy  ben_roth VLUE  170 -          0    0     targets.style_funds
"""


@cache
def demo() -> LoadedHousehold:
    return load_folder(DEMO_FOLDER)


def trade(number: int, row: str) -> Trade:
    side, account, instrument, quantity, bought, washed, tax, clause = row.split()
    snapshot = demo().snapshot
    price = snapshot.prices[instrument].amount
    units, amount = Decimal(quantity), cents(Decimal(quantity) * price)
    sales = tuple(
        LotSale(lot.id, units, amount, cents(lot.basis or ZERO), lot.acquired, lot.term(AS_OF))
        for lot in snapshot.lots
        if bought != "-"
        and (lot.account, lot.instrument, str(lot.acquired)) == (account, instrument, bought)
    )
    sales = tuple(replace(sale, disallowed=Decimal(washed)) for sale in sales)
    cost = TradeCost(spread=cents(amount * Decimal("0.0002")), impact=Decimal("1.10"))
    return Trade(
        f"T{number}",
        account,
        instrument,
        Side(side),
        units,
        price,
        amount,
        cost,
        clause,
        f"a reason for {instrument}",
        sales,
        Decimal(tax),
    )


AS_OF = date(2022, 10, 11)


def bill(net_short: str, net_long: str, tax: str) -> TaxBill:
    lines = (
        TaxLine("net short-term", Decimal(net_short), "26 USC 1222(5)"),
        TaxLine("net long-term", Decimal(net_long), "26 USC 1222(7)"),
        TaxLine("tax on gains", Decimal(tax)),
    )
    return TaxBill(Decimal(tax), Decimal(net_short), Decimal(net_long), ZERO, ZERO, ZERO, lines)


def decision() -> Decision:
    trades = tuple(trade(at, row) for at, row in enumerate(TRADES.strip().splitlines(), 1))
    targets = demo().mandate.targets
    now = [0.1805, 0.1253, 0.1111, 0.1240, 0.1384, 0.1000, 0.1268, 0.0542, 0.0261]
    then = [0.2010, 0.1266, 0.1150, 0.1262, 0.1360, 0.1010, 0.0910, 0.0561, 0.0262]
    plan = Plan(
        trades=trades,
        cash_after={"joint": Decimal("8010.11"), "ana_ira": Decimal("512"), "ben_roth": ZERO},
        bill_before=bill("3400", "14800", "4216.40"),
        bill_after=bill("-5664", "9923", "1013.57"),
        before=CostParts(drift=640.2, location=388.0, tracking_error=0.0121),
        after=CostParts(
            drift=188.6,
            location=371.5,
            tax=-3202.83,
            spread=31.2,
            impact=9.9,
            tracking_error=0.0066,
        ),
        weights_before={t.name: w for t, w in zip(targets, now, strict=True)},
        weights_after={t.name: w for t, w in zip(targets, then, strict=True)},
        skipped=(
            Skipped(
                "XOM lot joint/XOM/2021-10-22",
                "its gain of $5,616 is long-term from 2022-10-23, in 12 days",
                "guards.short_term_gain",
                Decimal("5616.33"),
            ),
            Skipped("energy", "stays 1.1 points over its target", "targets.energy"),
        ),
        coverage=Coverage(
            ("joint", "ana_ira", "ben_roth"),
            ("Ben's 401(k) at work",),
            AS_OF - timedelta(days=30),
            AS_OF,
            1,
        ),
        bindings=(Binding("limits.turnover_max", "$1 more turnover would be worth 3¢", 0.03),),
        gap=0.0,
    )
    proposal = Proposal(Action.FULL, ProposalStatus.SOLVED, "drift and losses outweigh their cost")
    note = Finding(
        "wash_sale", Severity.WARNING, "MTUM", "60 of 153 shares are washed", "60", "0", "wait"
    )
    return Decision(
        "d1c6", AS_OF, Verdict.TRADE, "9 trades in 3 accounts.", proposal, plan, (note,)
    )


@cache
def page() -> str:
    return render_report(decision(), demo().snapshot, demo().mandate)


class Outline(HTMLParser):
    """Tags that open and close, attributes, and text."""

    VOID = frozenset({"meta", "br", "link", "img", "rect", "line", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))
