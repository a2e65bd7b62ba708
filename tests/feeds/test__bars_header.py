"""What the header of a price file says, and what it may not."""

from datetime import date

import pytest

from trimtab.feeds._bars import BarField
from trimtab.feeds._bars_header import bar_columns
from trimtab.feeds._market_question import question_of
from trimtab.model.errors import InputError

QUESTION = question_of(["VTI", "BND"], date(2020, 1, 1), date(2020, 12, 31), "USD")


def test_a_long_header_names_its_fields_in_any_order_and_spelling() -> None:
    columns = bar_columns(["Volume", "Ticker", "CLOSE", "Day"], "p.csv", QUESTION)
    assert columns.fields == ((BarField.CLOSE, 2), (BarField.VOLUME, 0))
    assert (columns.instrument, columns.date, columns.is_adjusted) == (1, 3, False)


def test_a_wide_header_keeps_what_is_asked_for_and_the_rates() -> None:
    columns = bar_columns(["date", "X", "BND", "EURUSD", "VTI"], "p.csv", QUESTION)
    assert columns.closes == (("BND", 2), ("EURUSD", 3), ("VTI", 4))
    assert columns.instrument is None


def test_adjusted_closes_are_taken_where_there_are_no_others() -> None:
    both = bar_columns(["date", "instrument", "close", "adj_close"], "p.csv", QUESTION)
    alone = bar_columns(["date", "instrument", "open", "vwap", "adj_close"], "p.csv", QUESTION)
    assert (both.fields[0], both.is_adjusted) == ((BarField.CLOSE, 2), False)
    assert (alone.fields, alone.is_adjusted) == (((BarField.CLOSE, 4),), True)


def test_columns_that_are_not_read_are_told_with_what_they_may_mean() -> None:
    header = ["date", "instrument", "close", "high", "low", "dividnd", "group"]
    (finding,) = bar_columns(header, "some/p.csv", QUESTION).findings
    assert str(finding) == "p.csv: columns are not read: dividnd, group"
    assert finding.remedy == "dividnd: did you mean 'dividend'?"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("date,instrument,open", "p.csv:1: header: has no column of closes: date, instrument, open;"
         " one must be called close or price."),
        ("date,VTI,VTI", "p.csv:1: column VTI: stands in the header twice. Remove one of the two,"
         " or give it its own name."),
        ("date,instrument,adj_close,dividend", "p.csv:1: column dividend: stands beside adj_close,"
         " which contains it; every dividend would count twice. Give closes as traded in a column"
         " close, or leave dividend out."),
        ("when,VTI", "p.csv:1: header: has no date column: when, VTI; one must be called date"),
        ("date;VTI", "p.csv:1: price file: its columns are separated by semicolons; a CSV file ha"),
    ],
)  # fmt: skip
def test_a_header_that_cannot_be_is_refused(header: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        bar_columns(header.split(","), "p.csv", QUESTION)
    assert str(caught.value).startswith(message)
