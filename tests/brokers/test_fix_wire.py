"""FIX messages as text: framing, numbers, times and secrets, held against another codec."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.brokers._fix_wire import Malformed, Message, amount_text, redacted, time_text

VALUES = st.text(st.characters(codec="ascii", exclude_characters="\x01="), min_size=1, max_size=20)
FIELDS = st.lists(st.tuples(st.integers(40, 9_999), VALUES), max_size=12)


@given(FIELDS)
def test_a_message_reads_back_as_it_was_written(fields: list[tuple[int, str]]) -> None:
    message = Message.of("8", fields)
    assert Message.read(message.text()) == message


@given(st.lists(st.tuples(st.integers(5_000, 9_999), VALUES), max_size=8, unique_by=lambda f: f[0]))
def test_another_codec_takes_our_frames_and_finds_the_same_fields(
    fields: list[tuple[int, str]],
) -> None:
    codec = pytest.importorskip("asyncfix.codec")
    protocol = pytest.importorskip("asyncfix.protocol")
    framed = Message.of("8", fields).framed("FIX.4.4").encode()
    read, length, _ = codec.Codec(protocol.FIXProtocol44()).decode(framed, silent=False)
    assert length == len(framed)
    assert [(int(tag), read[tag]) for tag, _ in read.items() if int(tag) >= 5_000] == fields


@pytest.mark.parametrize(
    ("written", "read"),
    [("10", "10"), ("10.50", "10.50"), ("-3", "-3"), (".5", "0.5"), ("7.", "7")],
)
def test_a_plain_number_is_exact(written: str, read: str) -> None:
    assert Message.of("8", [(38, written)]).amount(38) == Decimal(read)


@pytest.mark.parametrize("written", ["1e5", "1E-3", "NaN", "inf", "1,000", "0x1", "+1", " 1", "١"])
def test_any_other_notation_is_refused(written: str) -> None:
    with pytest.raises(Malformed, match="no plain number"):
        Message.of("8", [(38, written)]).amount(38)


@pytest.mark.parametrize("text", ["", "hello", "35=8\x01x=1\x01", "8=FIX.4.4\x019=5\x01", "<html>"])
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Message.read(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1E+2", "100"), ("0.50", "0.5"), ("1E-8", "0.00000001"), ("20.00", "20"), ("0", "0")],
)
def test_an_amount_is_written_without_exponent_and_idle_zeros(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text


@pytest.mark.parametrize(
    "text", ["20261120-15:00:00.123", "20261120-15:00:00.123000", "20261120-15:00:00.123000789"]
)
def test_times_are_utc_to_the_millisecond_or_finer(text: str) -> None:
    moment = datetime(2026, 11, 20, 15, 0, 0, 123_000, UTC)
    assert Message.of("8", [(60, text)]).time(60) == moment
    assert time_text(moment) == "20261120-15:00:00.123"


def test_name_password_and_raw_data_are_hidden_and_all_else_stays() -> None:
    logon = Message.of("A", [(553, "anna"), (554, "pass"), (96, "raw"), (925, "new"), (58, "554")])
    assert redacted(logon.text()) == logon.text().replace("anna", "***").replace(
        "=pass", "=***"
    ).replace("=raw", "=***").replace("=new", "=***")
