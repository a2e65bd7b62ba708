"""Where gains are embedded, the household goes to the edges of its zone, from above and below."""

import pytest

from trimtab.model.findings import Finding
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone
from trimtab.testing.proposals import class_weights, faults
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI
    bonds   40%     BND
"""


@pytest.mark.parametrize("stocks", [800, 400])
def test_a_taxed_class_goes_to_its_edge_from_either_side(stocks: int):
    """Half of everything is gain: the sale of a dollar costs 7.5 cents, its purchase hardly any."""
    bonds = 1_000 - stocks
    at = situation(
        world(
            "account instrument qty basis acquired price spread\n"
            f"taxable VTI {10 * stocks} {500 * stocks} 2015-03-04 100 0.0005\n"
            f"taxable BND {10 * bonds} {500 * bonds} 2015-03-04 100 0.0005",
            targets=TARGETS,
        )
    )
    policy = NoTradeZone()
    zone = household_zone(at, 21, None)
    assert not isinstance(zone, Finding)
    assert zone.classes.tax == pytest.approx([0.075, 0.075])
    lower, upper = zone.edges()
    proposal = policy.propose(at)
    assert faults(at, proposal) == ()
    edge = upper[0] if stocks > 600 else lower[0]
    assert class_weights(at, proposal)["stocks"] == pytest.approx(float(edge), abs=0.004)
