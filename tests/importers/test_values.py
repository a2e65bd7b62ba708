"""Numbers and days are taken to the digit, or refused where they could mean two things."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.importers._values import CellError, DateStyle, NumberStyle

POINT, COMMA, MIXED = NumberStyle("."), NumberStyle(","), NumberStyle(".", is_mixed=True)

NUMBERS = [
    # written, with a point, with a comma; None is unknown, "-" no number
    ("12", "12", "12"),
    ("12.50", "12.50", "-"),
    ("12,50", "-", "12.50"),
    ("1,234.56", "1234.56", "-"),
    ("1.234,56", "-", "1234.56"),
    ("1.234", "1.234", "1234"),
    ("1,234", "1234", "1.234"),
    ("0,039", "-", "0.039"),
    ("12,34", "-", "12.34"),
    ("1,23,456", "-", "-"),
    ("1'234.50", "1234.50", "-"),
    ("1 234,50", "-", "1234.50"),
    ("$1,234.56", "1234.56", "-"),
    ("-$5.00", "-5.00", "-"),
    ("$-5.00", "-5.00", "-"),
    ("($5.00)", "-5.00", "-"),
    ("$(5.00)", "-5.00", "-"),
    ("5.00-", "-5.00", "-"),
    ("5,00 €", "-", "5.00"),
    ("€5,00", "-", "5.00"),
    ("USD 5.00", "5.00", "-"),
    ("5.00 USD", "5.00", "-"),
    ("12.5%", "12.5", "-"),
    ("−3", "-3", "-3"),
    ("+3", "3", "3"),
    (".5", "0.5", "-"),
    ("5.", "5", "-"),
    ("1.5E-3", "0.0015", "-"),
    ("1E+3", "1000", "1000"),
    ("", None, None),
    (" -- ", None, None),
    ("N/A", None, None),
    (".", "-", "-"),
    ("()", "-", "-"),
    ("abc", "-", "-"),
    ("1_000", "-", "-"),
    ("0x10", "-", "-"),
    ("12 shares", "-", "-"),
    ("Infinity", "-", "-"),
    ("٣", "-", "-"),
    ("½", "-", "-"),
    ("9" * 19, "-", "-"),
    ("1E400", "-", "-"),
    ("0." + "1" * 30, "-", "-"),
]


def read(style: NumberStyle | DateStyle, written: str) -> str | None:
    """What a style makes of a cell: its text, `None` where it is unknown, `-` where it refuses."""
    try:
        value = style.read(written)
    except CellError:
        return "-"
    return None if value is None else str(value)


@pytest.mark.parametrize(("written", "point", "comma"), NUMBERS)
def test_a_number_is_read_in_its_style_or_refused(written, point, comma):
    assert (read(POINT, written), read(COMMA, written)) == (point, comma)


def test_a_word_of_the_format_is_unknown_too():
    assert NumberStyle(".", frozenset({"pending"})).read("Pending") is None


def test_where_a_file_mixes_marks_the_other_one_is_read_where_it_is_plain():
    assert MIXED.read("1.83") == Decimal("1.83")
    assert MIXED.read("419,22") == Decimal("419.22")
    assert MIXED.read("1.234,56") == Decimal("1234.56")


def test_a_refusal_says_how_numbers_are_written_here():
    with pytest.raises(CellError, match=r"'1,5' is not a number") as error:
        POINT.read("1,5")
    assert "thousands in threes" in error.value.remedy


@given(st.decimals(-(10**17), 10**17, places=4), st.booleans(), st.booleans())
def test_every_number_is_read_back_with_its_digits(number, is_grouped, is_money):
    written = f"{number:,f}" if is_grouped else f"{number:f}"
    assert POINT.read(f"${written}" if is_money and number >= 0 else written) == number
    swapped = written.translate(str.maketrans(".,", ",."))
    assert COMMA.read(swapped) == number


@given(st.text(max_size=30))
def test_no_text_is_anything_but_a_number_unknown_or_refused(text):
    for style in (POINT, COMMA, MIXED):
        number = read(style, text)
        assert number in (None, "-") or Decimal(number).is_finite()


@given(st.text(alphabet="0123456789,.$-", min_size=1, max_size=18))
def test_the_short_way_to_usual_numbers_reads_them_as_the_long_one(text):
    """A leading blank is not usual, and means nothing."""
    assert read(POINT, text) == read(POINT, " " + text)


US = DateStyle(("%m/%d/%Y", "%m/%d/%y", "%b-%d-%Y"))
DAYS = [
    ("03/04/2021", "2021-03-04"),
    ("3/4/21", "2021-03-04"),
    ("Mar-04-2021", "2021-03-04"),
    ("march-04-2021", "2021-03-04"),
    ("03/04/2021 16:00:00", "2021-03-04"),
    ("03/04/2021 as of 02/28/2021", "2021-03-04"),
    ("", None),
    ("--", None),
    ("31/12/2021", "-"),
    ("02/30/2021", "-"),
    ("2021-03-04", "-"),
    ("03/04/20211", "-"),
    ("03/04/1821", "-"),
    ("foo-04-2021", "-"),
]


@pytest.mark.parametrize(("written", "expected"), DAYS)
def test_a_day_is_read_in_one_of_its_forms_or_refused(written, expected):
    assert read(US, written) == expected


def test_a_refusal_says_how_days_are_written_here():
    with pytest.raises(CellError, match=r"'2021-03-04' is not a day") as error:
        US.read("2021-03-04")
    assert error.value.reason == "bad_date"
    assert "03/04/2021, 03/04/21, Mar-04-2021" in error.value.remedy


def test_months_may_have_the_names_of_another_language():
    style = DateStyle(("%d %b %Y",), {"märz": 3})
    assert style.read("4 März 2021") == date(2021, 3, 4)
    assert style.read("4 Mar. 2021") == date(2021, 3, 4)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back(day):
    assert US.read(f"{day.month:02d}/{day.day:02d}/{day.year}") == day


@given(st.text(max_size=30))
def test_no_text_is_anything_but_a_day_unknown_or_refused(text):
    day = read(US, text)
    assert day in (None, "-") or "1900" <= day[:4] <= "2100"
