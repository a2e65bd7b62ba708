"""Records on disk are exact, and nothing that is not one is taken for one."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.brokers.paper.book import PaperPosition, PaperRequest
from trimtab.brokers.paper.records import from_json, to_json
from trimtab.brokers.paper.tape import Tick
from trimtab.model.errors import InputError
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side

D = Decimal
amounts = st.decimals("-999999999", "999999999", places=9)
requests = st.builds(
    PaperRequest,
    order_id=st.text(max_size=20),
    instrument=st.text(max_size=8),
    side=st.sampled_from(Side),
    quantity=st.none() | amounts,
    notional=st.none() | amounts,
    limit=st.none() | amounts,
    time_in_force=st.sampled_from(TimeInForce),
)


@given(requests)
def test_a_record_comes_back_as_it_was_to_the_last_digit(request):
    assert from_json(PaperRequest, to_json(request), "request") == request


@given(st.datetimes(timezones=st.just(UTC)), amounts)
def test_a_moment_comes_back_to_the_microsecond(moment, price):
    tick = Tick("VTI", moment, price, price, price, None)
    assert from_json(Tick, to_json(tick), "mark") == tick


POSITION = {"instrument": "VTI", "quantity": "1.5", "cost": None}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (POSITION | {"quantity": 1.5}, "position, quantity: '1.5' stands where a Decimal"),
        (POSITION | {"quantity": "NaN"}, "'NaN' stands where"),
        (POSITION | {"quantity": None}, "'None' stands where"),
        (POSITION | {"instrument": 7}, "'7' stands where a str"),
        (POSITION | {"more": "x"}, "its fields are not those of PaperPosition; more"),
        ({"instrument": "VTI"}, "cost, quantity"),
        ([], "stands where a PaperPosition"),
    ],
)
def test_what_is_no_record_is_refused_by_name(data, says):
    with pytest.raises(InputError, match=says):
        from_json(PaperPosition, data, "position")


def test_a_thing_that_is_no_record_is_not_written():
    with pytest.raises(TypeError, match="float"):
        to_json(1.5)
    assert to_json(datetime(2024, 3, 4, tzinfo=UTC)) == "2024-03-04T00:00:00+00:00"
