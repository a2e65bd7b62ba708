"""Each trade says which clause it serves, and says nothing that is not so."""

from dataclasses import replace
from decimal import Decimal

import pytest

from trimtab.cycle.plan import make_plan
from trimtab.drivers.backtest.fees import ADVISORY_FEE
from trimtab.drivers.backtest.tax_payments import TAXES
from trimtab.model.mandate import CashFlow, Restriction, RestrictionKind
from trimtab.model.plans import Trade
from trimtab.model.proposals import Action, Proposal, ProposalStatus, ProposedBuy, ProposedSale
from trimtab.testing.proposals import ADVICE
from trimtab.testing.situations import StatedCurve, situation
from trimtab.testing.worlds import world

HOME = world(
    """
    account   instrument  qty    basis   acquired    price  lot
    taxable   VTI         200    60,000  2022-03-04  250    deep
    taxable   VXUS        500    25,200  2022-03-02  50     shallow
    taxable   BND         800    50,000  2020-01-06  72     bonds
    taxable   cash        5,000
    roth      VXUS        100    .       .           50     spare
    roth      ITOT        10     .       .           90     broad
    roth      cash        20,000
    """,
    targets="""
    target   weight  instruments  band
    stocks   50%     VTI,ITOT     5/25
    foreign  25%     VXUS         5/25
    bonds    25%     BND          5/25
    """,
    accounts="""
    account   owner  wrapper  fractional
    taxable   self   taxable  no
    roth      self   roth     yes
    """,
    as_of="2022-10-14",
)


def trades(sold: tuple[str, float], bought: tuple[str, str, float] | None = None) -> list[Trade]:
    wanted = Proposal(
        Action.FULL,
        ProposalStatus.SOLVED,
        "a test",
        sales=(ProposedSale(*sold),),
        buys=(ProposedBuy(*bought),) if bought else (),
    )
    return list(make_plan(situation(HOME), wanted, StatedCurve()).trades)


@pytest.mark.parametrize(
    ("sold", "bought", "clause", "words"),
    [
        # a loss of a sixth of its basis passes the mandate's tests, one of a hundredth does not
        ("deep", None, "harvest", "takes a loss"),
        ("shallow", None, "targets.foreign", "lowers the household's risk against its targets"),
        ("shallow", ("roth", "VXUS", 5_000.0), "targets.foreign", "moves foreign within the"),
        ("bonds", None, "targets.bonds", "over its target of 25.0 %"),
    ],
)
def test_a_sale_names_the_clause_that_it_serves(
    sold: str, bought: tuple[str, str, float] | None, clause: str, words: str
) -> None:
    sale = trades((sold, 5_000.0), bought)[0]
    assert (sale.clause, words in sale.reason) == (clause, True), sale.reason


@pytest.mark.parametrize(
    ("clauses", "words"),
    [
        (("flows",), "raises cash for the withdrawal of $9,000 from taxable"),
        ((TAXES,), "raises cash for taxes of $9,000 from taxable"),
        ((ADVISORY_FEE,), "raises cash for the advisory fee of $9,000 from taxable"),
        ((TAXES, "flows"), "raises cash for taxes and the withdrawal of $9,000 from taxable"),
    ],
)
def test_a_sale_says_what_the_money_leaves_for(clauses: tuple[str, ...], words: str) -> None:
    each = Decimal(-9_000) / len(clauses)
    flows = tuple(CashFlow(each, HOME.snapshot.as_of, "taxable", one) for one in clauses)
    place = HOME.under(replace(HOME.mandate, flows=flows))
    wanted = Proposal(
        Action.FULL, ProposalStatus.SOLVED, "a test", sales=(ProposedSale("bonds", 5_000.0),)
    )
    (sale,) = make_plan(situation(place, flows={"taxable": -9_000.0}), wanted, StatedCurve()).trades
    assert (sale.clause, sale.reason) == ("flows", words)


def test_a_purchase_names_what_it_stands_in_for() -> None:
    purchase = trades(("deep", 5_000.0), ("taxable", "ITOT", 4_000.0))[1]
    assert purchase.reason == "stands in for VTI, sold by this plan"


def test_no_reason_advises() -> None:
    for trade in trades(("deep", 5_000.0), ("taxable", "ITOT", 4_000.0)):
        assert not any(word in trade.reason.lower() for word in ADVICE)


LIMITED = [
    # rule                          clause    words
    ("hold_range VTI . 20%", "rule", "VTI stands at 30.6 %, at most 20.0 %"),
    ("hold_range VTI 20% .", "harvest", "takes a loss"),  # a minimum is no reason to sell
    ("hold_range VTI . 60%", "harvest", "takes a loss"),  # nor is a maximum that is kept
    ("never_own VTI . .", "rule", "VTI is not to be owned"),
]


@pytest.mark.parametrize(("rule", "clause", "words"), LIMITED)
def test_a_restriction_is_the_reason_only_where_it_wants_less(
    rule: str, clause: str, words: str
) -> None:
    kind, name, low, high = rule.split()
    bounds = [None if limit == "." else Decimal(limit.strip("%")) / 100 for limit in (low, high)]
    least, most = bounds
    limit = Restriction("rule", RestrictionKind(kind), (name,), minimum=least, maximum=most)
    place = HOME.under(replace(HOME.mandate, restrictions=(limit,)))
    wanted = Proposal(
        Action.FULL, ProposalStatus.SOLVED, "a test", sales=(ProposedSale("deep", 5_000.0),)
    )
    (sale,) = make_plan(situation(place), wanted, StatedCurve()).trades
    assert (sale.clause, words in sale.reason) == (clause, True), sale.reason
    assert not sale.reason.startswith(sale.clause)


def test_a_class_at_its_target_is_not_said_to_be_nothing_under_it() -> None:
    place = HOME.under(
        replace(
            HOME.mandate,
            targets=tuple(
                replace(target, weight=weight)
                for target, weight in zip(
                    HOME.mandate.targets, map(Decimal, ("0.50", "0.1477", "0.3523")), strict=True
                )
            ),
        )
    )
    wanted = Proposal(
        Action.FULL, ProposalStatus.SOLVED, "a test", sales=(ProposedSale("bonds", 5_000.0),)
    )
    (sale,) = make_plan(situation(place), wanted, StatedCurve()).trades
    assert "0.0 points" not in sale.reason
    assert "at its target" in sale.reason
