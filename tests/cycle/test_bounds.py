"""What a restriction leaves: the least and the most that each position may hold."""

import numpy as np
import pytest

from trimtab.cycle.bounds import eligible_instruments, position_bounds, restricted
from trimtab.cycle.situate import instruments_of
from trimtab.model.mandate import Mandate, Restriction, RestrictionKind, WashSaleRules
from trimtab.testing.worlds import World, world

ANY = float("inf")

LOTS = """
    account  instrument  qty  basis   acquired    price  tags
    taxable  VTI         500  50,000  2019-03-04  100    .
    taxable  XOM         200  10,000  2019-03-04  100    energy,oil
    taxable  CVX         100  8,000   2020-03-04  100    energy,oil
    roth     BND         200  .       .           100    .
"""

TARGETS = """
    target  weight  instruments
    stocks  80%     VTI,XOM,CVX
    bonds   20%     BND
"""

VTI, XOM, CVX = ("taxable", "VTI"), ("taxable", "XOM"), ("taxable", "CVX")
BND = ("roth", "BND")


def home(rules: str = "", lots: str = LOTS, targets: str = TARGETS) -> World:
    return world(lots, targets=targets, rules=rules)


def bounds(place: World) -> dict[tuple[str, str], tuple[float, float]]:
    snapshot, mandate = place.snapshot, place.mandate
    accounts = [account.id for account in snapshot.household.accounts]
    names = instruments_of(snapshot, mandate)
    positions = tuple((account, name) for account in accounts for name in names)
    found = position_bounds(snapshot, mandate, positions, float(snapshot.value))
    return dict(zip(positions, zip(found.lower, found.upper, strict=True), strict=True))


RULES = [
    # kind          instruments  tags    accounts  min  max   position  least   most
    ("do_not_buy    XOM          .       .         .    .", XOM, 0, 20_000),
    ("do_not_buy    XOM          .       .         .    .", VTI, 0, ANY),
    ("do_not_buy    .            oil     .         .    .", CVX, 0, 10_000),
    ("do_not_buy    VTI          .       roth      .    .", VTI, 0, ANY),
    ("do_not_buy    VTI          .       roth      .    .", ("roth", "VTI"), 0, 0),
    ("do_not_sell   XOM          .       .         .    .", XOM, 20_000, ANY),
    ("never_own     .            energy  .         .    .", XOM, 0, 0),
    ("never_own     .            energy  .         .    .", ("roth", "CVX"), 0, 0),
    ("never_own     .            energy  .         .    .", BND, 0, ANY),
    ("hold_range    XOM          .       .         5%   15%", XOM, 5_000, 15_000),
    ("hold_range    .            oil     .         .    15%", XOM, 0, 10_000),  # two thirds of it
    ("hold_range    .            oil     .         .    15%", CVX, 0, 5_000),  # one third
    ("hold_range    XOM          .       .         25%  .", XOM, 25_000, ANY),
]


@pytest.mark.parametrize(("rule", "position", "least", "most"), RULES)
def test_a_restriction_bounds_the_positions_it_names(rule, position, least, most):
    place = home("clause kind instruments tags accounts minimum maximum\nscreen " + rule)
    assert bounds(place)[position] == (pytest.approx(least), pytest.approx(most))


def test_a_range_of_what_nobody_holds_is_asked_of_accounts_by_their_size():
    place = home(
        """
        clause  kind        instruments  minimum
        gold    hold_range  GLD          10%
        """,
        LOTS + "    .        GLD         .    .       .           50     .",
        """
        target  weight  instruments
        stocks  70%     VTI,XOM,CVX
        bonds   20%     BND
        gold    10%     GLD
        """,
    )
    found = bounds(place)
    assert found["taxable", "GLD"][0] == pytest.approx(8_000)  # of $80,000
    assert found["roth", "GLD"][0] == pytest.approx(2_000)  # of $20,000


def test_what_is_in_no_target_may_be_kept_and_sold_but_not_bought():
    found = bounds(home(lots=LOTS + "    taxable  GME  10  100  2021-01-28  20  ."))
    assert found["taxable", "GME"] == (0, 200)
    assert found["roth", "GME"] == (0, 0)


def test_a_substitute_of_a_targets_instrument_may_be_bought_any_other_may_not():
    mandate = Mandate(
        world("account instrument qty\ntaxable cash 1", targets=TARGETS).mandate.targets,
        wash_sales=WashSaleRules(substitutes={"VTI": ("SCHB",), "GME": ("AMC",)}),
    )
    assert eligible_instruments(mandate) == {"VTI", "XOM", "CVX", "BND", "SCHB"}


def test_a_target_of_weight_zero_is_not_bought():
    targets = TARGETS + "    legacy  0%      GME"
    found = bounds(
        home(lots=LOTS + "    taxable  GME  10  100  2021-01-28  20  .", targets=targets)
    )
    assert found["taxable", "GME"] == (0, 200)


def test_never_own_wins_over_do_not_sell():
    place = home(
        """
        clause  kind         tags
        keep    do_not_sell  energy
        screen  never_own    energy
        """
    )
    assert bounds(place)[XOM] == (0, 0)


def test_what_may_not_be_sold_for_want_of_a_basis_stays_and_is_reported():
    snapshot = home(lots=LOTS.replace("200  10,000", "200  .")).snapshot
    rule = Restriction("screens.oil", RestrictionKind.NEVER_OWN, tags=("oil",))
    found = position_bounds(snapshot, Mandate((), restrictions=(rule,)), (XOM, CVX, VTI, BND), 1e5)
    assert found.upper.tolist() == [20_000, 0, 50_000, 20_000]
    assert [finding.clause for finding in found.findings] == ["screens.oil"]
    assert "$20,000" in found.findings[0].message


def test_a_bound_names_the_clause_that_it_comes_from():
    place = home("clause kind tags\nscreens.oil never_own oil")
    found = position_bounds(place.snapshot, place.mandate, (VTI, XOM, CVX, BND), 1e5)
    assert found.clauses == {1: "screens.oil", 2: "screens.oil"}


COVERS = [
    # instruments  tags    accounts   VTI    XOM in taxable
    (("XOM",), (), (), False, True),
    ((), ("oil",), (), False, True),
    ((), ("oil", "coal"), ("taxable",), False, True),
    ((), ("oil",), ("roth",), False, False),
    (("XOM", "VTI"), (), (), True, True),
    ((), (), (), False, False),
]


@pytest.mark.parametrize(("instruments", "tags", "accounts", "vti", "xom"), COVERS)
def test_a_restriction_covers_by_name_or_tag_in_its_accounts(instruments, tags, accounts, vti, xom):
    rule = Restriction("r", RestrictionKind.DO_NOT_BUY, instruments, tags, accounts)
    snapshot = home().snapshot
    assert restricted(rule, *VTI, snapshot) is vti
    assert restricted(rule, *XOM, snapshot) is xom


def test_bounds_never_cross():
    place = home(
        """
        clause  kind         instruments  minimum  maximum
        a       hold_range   XOM          30%      .
        b       hold_range   XOM          .        10%
        c       do_not_sell  XOM          .        .
        """
    )
    least, most = np.array(list(bounds(place).values())).T
    assert (least <= most).all()
    assert bounds(place)[XOM] == (pytest.approx(20_000),) * 2  # what may not be sold stays
