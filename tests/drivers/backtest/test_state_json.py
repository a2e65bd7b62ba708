"""Values of the model as JSON and back."""

import json
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from trimtab.drivers.backtest.state_json import Reader, written
from trimtab.model.errors import InputError
from trimtab.model.mandate import CashFlow
from trimtab.model.snapshots import Side

VALUES = [
    None,
    True,
    3,
    0.1,
    "text",
    Decimal("1.50"),
    date(2020, 2, 29),
    [1, (2, Decimal(3))],
    {("a", 1): Decimal(2), Side.BUY: None},
    frozenset({"b", "a"}),
    Side.SELL,
    CashFlow(Decimal(-5), date(2020, 1, 2), "joint"),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_as_it_was(value):
    back = Reader((CashFlow, Side)).read(json.loads(json.dumps(written(value))))
    assert back == value
    assert type(back) is type(value)


def test_an_amount_keeps_its_zeros():
    assert str(Reader(()).read(written(Decimal("1.50")))) == "1.50"


def test_sets_are_written_in_order():
    assert json.dumps(written(frozenset("cab"))) == json.dumps(written(frozenset("bca")))


def test_arrays_are_written_as_lists():
    assert written(np.array([[1.5, 2.0]])) == [[1.5, 2.0]]


@pytest.mark.parametrize(
    "value", [{"is": "Popen", "values": []}, {"amount": "x"}, {"what": 1}, {}, {"day": "today"}]
)
def test_what_is_not_known_is_refused(value):
    with pytest.raises(InputError, match="cannot be read"):
        Reader((CashFlow,)).read(value)


def test_a_value_of_a_kind_that_is_not_known_is_a_mistake_of_the_program():
    with pytest.raises(TypeError):
        written(object())
