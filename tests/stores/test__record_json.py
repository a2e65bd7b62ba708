"""Records of orders as text: whatever a broker says comes back as it was said."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.live_parts import ABSENT, ACK, DENIED, FILL, REPORT, SENT
from trimtab.model.errors import InputError
from trimtab.model.orders import (
    Absent,
    Ack,
    AckVerdict,
    Denied,
    Fill,
    OrderReport,
    OrderState,
    PendingChange,
    Sent,
)
from trimtab.model.snapshots import Side
from trimtab.stores._record_json import kind_of, record_from, record_text

words = st.text(max_size=20)  # any letter, control characters and lone surrogates among them
amounts = st.decimals(allow_nan=False, allow_infinity=False)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=zones)  # noqa: DTZ001
maybe = st.none() | amounts
records = st.one_of(
    st.builds(Sent, words, times, st.integers(1, 9)),
    st.builds(Absent, words, times),
    st.builds(Denied, words, times, words),
    st.builds(
        *(Ack, st.sampled_from(AckVerdict), words, times, words, words, words, words),
        st.none() | st.floats(0, 1e6),
    ),
    st.builds(
        *(OrderReport, words, words, st.sampled_from(OrderState), times, maybe, amounts, maybe),
        *(st.sampled_from(PendingChange), words, words, st.none() | st.sampled_from(Side)),
    ),
    st.builds(
        *(Fill, words, words, words, words, st.sampled_from(Side), amounts, amounts, times),
        *(amounts, words, words),
    ),
)


@given(records)
def test_a_record_comes_back_digit_for_digit(record):
    text = record_text(record)
    again = record_from(kind_of(record), text)
    assert again == record
    assert record_text(again) == text
    assert text.isascii()
    assert "\x00" not in text


def test_zeros_at_the_end_of_an_amount_are_kept():
    text = record_text(FILL).replace('"250.01"', '"250.0100"')
    again = record_from("fill", text)
    assert isinstance(again, Fill)
    assert str(again.price) == "250.0100"


@pytest.mark.parametrize("record", [SENT, ABSENT, DENIED, ACK, REPORT, FILL])
def test_a_record_of_one_kind_is_none_of_another(record):
    for other in {"sent", "absent", "denied", "ack", "report", "fill"} - {kind_of(record)}:
        with pytest.raises(InputError, match="was not written as one"):
            record_from(other, record_text(record))


DAMAGE = [
    ("fill", "{"),
    ("fill", "[]"),
    ("fill", "{}"),
    ("theft", record_text(FILL)),
    ("fill", record_text(FILL).replace('"4"', "4")),
    ("fill", record_text(FILL).replace('"4"', '"four"')),
    ("fill", record_text(FILL).replace('"buy"', '"borrow"')),
    ("fill", record_text(FILL).replace("2026-03-02", "2026-03-32")),
    ("fill", record_text(FILL).replace('"x-1"', "null")),
    ("sent", record_text(SENT).replace(":1}", ':"1"}')),
    ("sent", record_text(SENT).replace(":1}", ":true}")),
]


@pytest.mark.parametrize(("kind", "text"), DAMAGE)
def test_a_text_that_is_no_record_is_refused(kind, text):
    with pytest.raises(InputError, match=rf"order \({kind}\): .* was not written as one"):
        record_from(kind, text)
