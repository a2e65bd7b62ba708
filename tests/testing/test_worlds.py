"""Tables become households as a reader would expect."""

from datetime import date
from decimal import Decimal

import pytest

from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError
from trimtab.model.lots import Term
from trimtab.model.mandate import Band, Mandate, RestrictionKind, Split, TradingRules
from trimtab.model.snapshots import Side
from trimtab.testing.worlds import AS_OF, band, world

LOTS = """
    # a comment, and a blank line below

    account   instrument  qty    basis     acquired    price
    taxable   VTI         300    60,000    2019-03-04  250
    taxable   VTI         10     $190each  2022-03-01  250
    taxable   cash        2,000
    roth-ann  VTI         100    .         .           250
    .         ITOT        .      .         .           80
"""


def test_rows_are_lots_cash_and_prices():
    place = world(LOTS).snapshot
    assert [(lot.id, lot.account, lot.quantity, lot.basis) for lot in place.lots] == [
        ("L1", "taxable", 300, 60_000),
        ("L2", "taxable", 10, 1_900),
        ("L3", "roth-ann", 100, None),
    ]
    assert place.cash_value() == 2_000
    assert {name: price.amount for name, price in place.prices.items()} == {"VTI": 250, "ITOT": 80}
    assert place.as_of == AS_OF


NAMES = [
    ("taxable", Wrapper.TAXABLE),
    ("joint", Wrapper.TAXABLE),
    ("roth-ann", Wrapper.ROTH),
    ("ira", Wrapper.TRADITIONAL),
    ("bob_401k", Wrapper.WORKPLACE),
    ("hsa", Wrapper.HSA),
    ("kid-529", Wrapper.EDUCATION),
]


@pytest.mark.parametrize(("name", "wrapper"), NAMES)
def test_an_accounts_name_tells_its_wrapper(name, wrapper):
    place = world(f"account instrument qty\n{name} cash 1").snapshot
    assert place.household.account(name).wrapper is wrapper


def test_a_table_of_accounts_says_the_rest():
    place = world(
        LOTS,
        accounts="""
        account   owner  wrapper      fractional  commission
        roth-ann  ann    traditional  no          4.95
        empty     bob    .            .           .
        """,
    ).snapshot
    account = place.household.account("roth-ann")
    assert (account.owner, account.wrapper) == ("ann", Wrapper.TRADITIONAL)
    assert (account.fractional, account.commission) == (False, Decimal("4.95"))
    assert place.household.account("empty").owner == "bob"


BANDS = [
    ("5/25", Band(Decimal("0.05"), Decimal("0.25"))),
    ("3%", Band(Decimal("0.03"), None)),
    ("20%rel", Band(None, Decimal("0.2"))),
    ("none", Band(None, None)),
    (None, Band()),
]


@pytest.mark.parametrize(("text", "meant"), BANDS)
def test_bands_are_written_as_the_field_does(text, meant):
    assert band(text) == meant


def test_targets_rules_and_trades_are_tables_too():
    place = world(
        LOTS,
        targets="""
        target  weight  instruments  band    split
        stocks  100%    VTI,ITOT     20%rel  equal
        """,
        rules="""
        clause  kind        instruments  minimum  maximum
        cap     hold_range  VTI          5%       50%
        """,
        trades="""
        account  instrument  side  on          qty  amount  gain  term
        taxable  VTI         sell  2022-10-03  5    1,000   -200  long
        """,
        mandate=Mandate((), trading=TradingRules(minimum_trade=Decimal(500))),
    )
    target, rule = place.mandate.targets[0], place.mandate.restrictions[0]
    assert (target.weight, target.instruments, target.split) == (1, ("VTI", "ITOT"), Split.EQUAL)
    assert (rule.kind, rule.maximum) == (RestrictionKind.HOLD_RANGE, Decimal("0.5"))
    assert place.mandate.trading.minimum_trade == 500
    trade = place.snapshot.trades[0]
    assert (trade.side, trade.on, trade.gain) == (Side.SELL, date(2022, 10, 3), -200)
    assert trade.term is Term.LONG


BROKEN = [
    ("account instrumnt qty\ntaxable VTI 1", "Did you mean 'instrument'"),
    ("account instrument qty\ntaxable VTI 1 2", "4 cells"),
    ("account instrument qty price\na VTI 1 10\nb VTI 1 11", "a second price"),
    ("account instrument qty\ntaxable VTI many", "not a number"),
    ("account instrument qty\ntaxable . 1", "has no instrument"),
]


@pytest.mark.parametrize(("lots", "message"), BROKEN)
def test_a_table_that_cannot_be_read_says_where(lots, message):
    with pytest.raises(InputError, match=message):
        world(lots)
