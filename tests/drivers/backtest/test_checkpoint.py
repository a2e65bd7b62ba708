"""A backtest that stopped goes on as if it never had."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drivers.backtest.replayed import backtest, flow
from tests.drivers.backtest.seeded import SEEDS, SESSIONS, done, few
from trimtab.drivers.backtest.checkpoint import as_json, resumed
from trimtab.drivers.backtest.settings import FillTiming
from trimtab.model.errors import InputError, InvariantError
from trimtab.testing.conform import same

HOME = """
    account  instrument  qty  basis   acquired
    joint    VTI         100  10,000  2018-03-01
    joint    cash        5,000
"""
DAYS = "date VTI\n2020-01-02 100\n2020-01-03 90\n2020-01-06 95\n2020-01-07 96"
ORDERS = """
    on          account  side  qty  instrument
    2020-01-03  joint    sell  50   VTI
    2020-01-06  joint    buy   20   VTI
"""


def small(**named):
    terms = {"fill": FillTiming.NEXT_CLOSE, "flows": (flow("-100", "2020-01-06"),)} | named
    return backtest(HOME, DAYS, orders=terms.pop("orders", ORDERS), **terms)


@pytest.mark.slow
@few
@given(SEEDS, st.integers(1, SESSIONS - 1))
def test_stopped_on_any_day_and_resumed_it_ends_the_same(seed, stop):
    drawn, whole = done(seed)
    first = drawn.backtest()
    for t in first.sessions[:stop]:
        first.step(t)
    second = resumed(as_json(first), drawn.backtest())
    assert second.done == stop
    assert same(second.run(), whole.result())
    assert second.holdings.entries == whole.holdings.entries


@pytest.mark.parametrize("stop", [1, 2, 3, 4])
def test_orders_that_wait_for_their_fill_wait_on(stop):
    whole, first = small(), small()
    for t in first.sessions[:stop]:
        first.step(t)
    assert same(resumed(as_json(first), small()).run(), whole.run())


def test_a_checkpoint_of_a_checkpoint_is_the_same_text():
    first = small()
    first.step(0)
    first.step(1)
    text = as_json(first)
    assert as_json(resumed(text, small())) == text


def test_a_run_hands_out_checkpoints_as_it_goes():
    texts = []
    result = small().run(save=texts.append, save_sessions=2)
    assert [json.loads(text)["parts"]["backtest"]["done"] for text in texts] == [2, 4]
    assert same(resumed(texts[0], small()).run(), result)


@pytest.mark.parametrize(
    ("what", "other"),
    [
        ("set of settings", {"cash_rate": 0.01}),
        ("policy", {"orders": ORDERS.replace("50", "40")}),
        ("household", {"accounts": "account owner fractional\njoint bob no"}),
        ("mandate", {"rules": "clause kind instruments\nlegacy do_not_sell VTI"}),
    ],
)
def test_a_checkpoint_of_other_inputs_is_refused_by_their_names(what, other):
    first = small()
    first.step(0)
    with pytest.raises(InputError, match=f"was made with another {what}"):
        resumed(as_json(first), small(**other))


def test_a_checkpoint_of_another_market_is_refused():
    first = small()
    first.step(0)
    other = small()
    close = np.array(other.market.history.close)
    close[3, 0] = 97.0
    changed = backtest(HOME, replace(other.market.history, close=close), orders=ORDERS,
                       fill=FillTiming.NEXT_CLOSE, flows=(flow("-100", "2020-01-06"),))  # fmt: skip
    with pytest.raises(InputError, match="was made with another market history"):
        resumed(as_json(first), changed)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "it is no JSON"),
        ("[]", "it has no version"),
        ('{"version": 99}', "is of version 99"),
        ("{}", "it has no version"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text, fact):
    with pytest.raises(InputError, match=fact):
        resumed(text, small())


def test_a_checkpoint_with_a_part_missing_is_refused():
    first = small()
    first.step(0)
    state = json.loads(as_json(first))
    del state["parts"]["broker"]
    with pytest.raises(InputError, match="a part of it is missing"):
        resumed(json.dumps(state), small())


def test_a_checkpoint_that_names_a_class_of_its_own_is_refused():
    first = small()
    first.step(0)
    state = json.loads(as_json(first))
    state["parts"]["broker"]["orders"] = [{"is": "Popen", "values": ["ls"]}]
    with pytest.raises(InputError, match="cannot be read"):
        resumed(json.dumps(state), small())


def test_a_backtest_that_has_begun_is_not_resumed():
    first = small()
    first.step(0)
    with pytest.raises(InvariantError):
        resumed(as_json(first), first)
