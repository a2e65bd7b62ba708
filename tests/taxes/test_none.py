"""The regime without tax."""

from datetime import date
from decimal import Decimal

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.taxes import RealizedGains, TaxProfile
from trimtab.taxes.none import Untaxed

TODAY = date(2025, 9, 1)
PROFILE = TaxProfile(realized=RealizedGains(Decimal(500), Decimal(700)))


def test_gains_dividends_and_withdrawals_cost_nothing():
    regime, fund = Untaxed(), Instrument("X", dividend_yield=Decimal("0.04"))
    assert regime.curve(PROFILE, TODAY).tax(9_000.0, -4_000.0) == 0.0
    assert regime.assess(PROFILE, Decimal(9_000), Decimal(9_000), TODAY).tax == 0
    assert regime.location_drag(PROFILE, fund, Wrapper.TAXABLE, TODAY) == 0.0
    assert regime.withdrawal_rate(PROFILE, Wrapper.TRADITIONAL, TODAY) == 0.0


def test_the_bill_still_says_what_was_realised():
    bill = Untaxed().assess(PROFILE, Decimal(9_000), Decimal(-50), TODAY)
    assert (bill.net_short, bill.net_long) == (9_500, 650)
