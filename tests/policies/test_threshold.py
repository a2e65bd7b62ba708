"""When a class leaves its band, and how far back the policy goes."""

from decimal import Decimal

import pytest

from trimtab.model.proposals import Action, ProposalStatus
from trimtab.policies.threshold import Threshold
from trimtab.testing.proposals import class_weights, faults, traded
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world


def three_funds(stocks: int, bonds: int, gold: int, bands: str = "5/25"):
    """$100,000 in percent of each fund, wanted 60/30/10, nothing gained or lost yet."""
    return situation(
        world(
            f"""
            account  instrument  qty       basis         acquired    price
            taxable  VTI         {stocks}  {stocks}000   2019-03-04  1000
            taxable  BND         {bonds}   {bonds}000    2019-03-04  1000
            taxable  GLD         {gold}    {gold}000     2019-03-04  1000
            """,
            targets=f"""
            target  weight  instruments  band
            stocks  60%     VTI          {bands}
            bonds   30%     BND          {bands}
            gold    10%     GLD          {bands}
            """,
        )
    )


FIRES = [
    # settings                                   stocks bonds gold  acts
    ({}, 60, 30, 10, False),
    ({}, 64, 26, 10, False),  # 4 points: inside 5
    ({}, 66, 24, 10, True),  # 6 points
    ({}, 59, 28, 13, True),  # gold: 3 points is more than 25 % of 10
    ({}, 59, 29, 12, False),  # gold: 2 points is not
    ({"absolute": Decimal("0.02")}, 63, 27, 10, True),
    ({"absolute": Decimal("0.02")}, 62, 28, 10, False),  # the edge itself is inside
    ({"relative": Decimal("0.20")}, 66, 24, 10, False),  # 12 points of stocks, 6 of bonds
    ({"relative": Decimal("0.15")}, 66, 24, 10, True),  # bonds: 6 is more than 4.5
    ({"absolute": Decimal("0.05"), "relative": Decimal("0.25")}, 59, 28, 13, True),  # 5/25
    ({"absolute": Decimal("0.05")}, 59, 28, 13, False),  # 5 points alone
]


@pytest.mark.parametrize(("settings", "stocks", "bonds", "gold", "acts"), FIRES)
def test_it_acts_only_on_a_class_outside_its_band(settings, stocks, bonds, gold, acts):
    at = three_funds(stocks, bonds, gold)
    proposal = Threshold(**settings).propose(at)
    assert faults(at, proposal) == ()
    assert (proposal.action is not Action.NONE) is acts


@pytest.mark.parametrize(("bands", "acts"), [("3%", True), ("5%", False), ("none", False)])
def test_the_mandates_own_bands_are_the_default(bands, acts):
    proposal = Threshold().propose(three_funds(64, 26, 10, bands))
    assert (proposal.action is not Action.NONE) is acts


GOES_BACK = [
    # destination  before        after (stocks 60 ± 5, bonds 30 ± 5, gold 10 ± 2.5)
    ("target", (70, 20, 10), (60.0, 30.0, 10.0)),
    ("edge", (70, 20, 10), (65.0, 25.0, 10.0)),
    ("halfway", (70, 20, 10), (62.5, 27.5, 10.0)),
    (0.875, (70, 20, 10), (64.375, 25.625, 10.0)),
    ("edge", (66, 26, 8), (65.0, 26.67, 8.33)),  # what leaves stocks goes where it lacks
    ("edge", (58, 28, 14), (58.75, 28.75, 12.5)),  # what leaves gold goes to both that lack it
]


@pytest.mark.parametrize(("destination", "before", "after"), GOES_BACK)
def test_it_goes_back_as_far_as_its_destination(destination, before, after):
    at = three_funds(*before)
    proposal = Threshold(destination=destination).propose(at)
    assert faults(at, proposal) == ()
    found = [100 * weight for weight in class_weights(at, proposal).values()]
    assert found == pytest.approx(after, abs=0.06)  # the spread is paid from somewhere


def test_to_the_edge_it_trades_less_than_to_the_target():
    at = three_funds(70, 20, 10)
    bought = {
        destination: sum(buy.amount for buy in Threshold(destination=destination).propose(at).buys)
        for destination in ("target", "halfway", "edge")
    }
    assert bought["edge"] < bought["halfway"] < bought["target"]


def test_200_175_triggers_at_two_points_and_goes_back_to_one_and_three_quarters():
    policy = Threshold(Decimal("0.02"), destination=0.875)
    quiet, out = three_funds(62, 28, 10), three_funds(63, 27, 10)
    assert policy.propose(quiet).action is Action.NONE
    after = class_weights(out, policy.propose(out))
    assert after["stocks"] == pytest.approx(0.6175, abs=1e-4)
    assert after["bonds"] == pytest.approx(0.2825, abs=1e-4)


def test_it_names_the_class_that_left_its_band():
    proposal = Threshold().propose(three_funds(67, 23, 10))
    assert proposal.clause == "targets.stocks"  # bonds is as far out, and comes after it
    assert "stocks is 7.0 points over its target of 60.0 %, outside its band" in proposal.reason


def test_where_all_is_inside_it_names_the_nearest_to_its_edge():
    proposal = Threshold().propose(three_funds(63, 27, 10))
    assert proposal.status is ProposalStatus.HELD
    assert "stocks is 3.0 points over" in proposal.reason or "bonds is 3.0" in proposal.reason


def test_of_lots_of_one_class_the_least_taxed_go_first():
    at = situation(
        world(
            """
            account  instrument  qty  basis   acquired    price  lot
            taxable  VTI         40   4,000   2019-03-04  1000   old-gain
            taxable  VTI         20   19,500  2020-03-04  1000   small-gain
            taxable  VTI         10   9,000   2022-03-04  1000   short-gain
            taxable  BND         30   30,000  2019-03-04  1000   bonds
            """,
            targets="""
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND
            """,
        )
    )
    proposal = Threshold().propose(at)
    assert [sale.lot for sale in proposal.sales] == ["small-gain"]
    assert traded(at, proposal)["BND"] == pytest.approx(10_000, abs=20)


def test_a_shelter_pays_no_tax_and_so_sells_first():
    at = situation(
        world(
            """
            account  instrument  qty  basis   acquired    price
            taxable  VTI         60   30,000  2019-03-04  1000
            ira      VTI         10   .       .           1000
            ira      BND         30   .       .           1000
            """,
            targets="""
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND
            """,
        )
    )
    proposal = Threshold().propose(at)
    assert {buy.account for buy in proposal.buys} == {"ira"}
    assert [sale.lot for sale in proposal.sales] == ["L2"]
    assert proposal.after.tax == 0.0


def test_losses_that_are_not_asked_for_are_not_taken():
    """VTI has 10 points to go; the loser among its lots is sold first, its brother class is not."""
    at = situation(
        world(
            """
            account  instrument  qty  basis    acquired    price
            taxable  VTI         66   66,000   2019-03-04  1000
            taxable  BND         34   68,000   2019-03-04  1000
            .        AGG         .    .        .           1000
            """,
            targets="""
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND,AGG
            """,
        )
    )
    assert [sale.lot for sale in Threshold().propose(at).sales] == ["L1"]


REFUSED = [
    ({"absolute": Decimal("-0.01")}, "absolute is -0.01"),
    ({"relative": Decimal(-1)}, "relative is -1"),
    ({"destination": 1.5}, "between 0 .* and 1"),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED)
def test_settings_without_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Threshold(**settings)
