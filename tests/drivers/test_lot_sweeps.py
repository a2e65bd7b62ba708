"""A sweep with lots: the same to the last bit, whoever works on it and in whatever blocks."""

from dataclasses import fields

import numpy as np
import pytest

from trimtab.drivers.lot_sweeps import sweep_lots
from trimtab.model.taxes import TaxTable
from trimtab.quant.simulate.lot_market import lot_market
from trimtab.quant.simulate.lot_rules import every, hold, no_trade_zone, threshold, together
from trimtab.quant.simulate.lots_run import simulate_lots
from trimtab.quant.simulate.lots_terms import AccountTerms
from trimtab.testing.markets import MarketShape, random_market

RATES = TaxTable((), (0.35,), (), (0.15,), graduated=False, loss_limit=3_000.0)
WEIGHTS = [0.4, 0.3, 0.2, 0.1]


@pytest.mark.parametrize(
    ("engine", "workers", "block"),
    [("serial", 1, 2), ("threads", 2, 1), ("threads", 3, 3), ("processes", 2, 4)],
)
def test_the_answer_does_not_depend_on_who_works(engine, workers, block):
    market = lot_market(random_market(3, MarketShape(sessions=200)))
    looks = every(1, market.days)
    rules = together(threshold([0.01, 0.02, 0.03], looks), no_trade_zone([0.02], looks), hold())
    accounts = [AccountTerms(WEIGHTS, 1e6, tax=RATES, reinvest=True), AccountTerms(WEIGHTS, 1e5)]
    wanted = {"with_values": True, "with_lots": True}
    whole = simulate_lots(market, rules, accounts, **wanted)
    shared = sweep_lots(
        market, rules, accounts, engine=engine, workers=workers, block=block, **wanted
    )
    for column in fields(whole):
        if column.name != "lots":
            assert np.array_equal(getattr(whole, column.name), getattr(shared, column.name))
    for rows, others in zip(whole.lots, shared.lots, strict=True):
        for table, other in zip(rows, others, strict=True):
            assert np.array_equal(table.basis, other.basis)


def test_what_was_not_asked_for_is_not_there():
    market = lot_market(random_market(3, MarketShape(sessions=60)))
    found = sweep_lots(market, hold(), [AccountTerms(WEIGHTS, 1e6)], engine="serial")
    assert found.values is None
    assert found.lots is None
