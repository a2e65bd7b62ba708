"""Terms that no broker could have are refused where they are stated."""

from decimal import Decimal

import pytest

from trimtab.brokers.paper.terms import Commission, PaperTerms
from trimtab.model.errors import InputError

D = Decimal


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"half_spread": D("-0.1")}, "half_spread is -0.1"),
        ({"half_spread": D(1)}, "half_spread is 1"),
        ({"participation": D(0)}, "participation is 0"),
        ({"participation": D("1.1")}, "participation is 1.1"),
        ({"quantity_step": D(0)}, "not above zero"),
        ({"settlement_sessions": -1}, "settlement_sessions is -1"),
    ],
)
def test_terms_are_refused(wrong, says):
    with pytest.raises(InputError, match=says):
        PaperTerms(**wrong)


def test_a_commission_is_never_paid_out():
    with pytest.raises(InputError, match="negative"):
        Commission(rate=D("-0.01"))
