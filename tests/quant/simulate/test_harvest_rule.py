"""Rules that make no sense are refused where they are written."""

import pytest

from trimtab.model.errors import InputError
from trimtab.quant.simulate.harvest_rule import CapitalGainsRates, Every, HarvestRule

BAD_RULES = [
    (lambda: HarvestRule(cost=-0.1), "cost"),
    (lambda: HarvestRule(initial=0.0), "initial"),
    (lambda: HarvestRule(loss_min=float("nan")), "loss_min"),
    (lambda: HarvestRule(settle=Every.MONTH), "settle"),
    (lambda: CapitalGainsRates(short=35.0), "short"),
]


@pytest.mark.parametrize(("make", "named"), BAD_RULES)
def test_a_rule_that_makes_no_sense_is_refused_by_name(make, named):
    with pytest.raises(InputError, match=named):
        make()
