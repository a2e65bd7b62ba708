"""Which decimal mark a file has, told from the numbers that can be read one way only."""

from decimal import Decimal

import pytest

from trimtab.importers._decimal_marks import settled, usual_mark
from trimtab.importers._values import CellError, NumberStyle

TEXTS = {
    "a comma": ('Koers\n"26,88"\n', ","),
    "a point": ("Price\n26.88\n", "."),
    "both, the last one parts the decimals": ('Total\n"1.234,56"\n', ","),
    "Swiss apostrophes": ("Net\n-4'475.50\n", "."),
    "currencies beside the digits": ('Total\n"€ 9,90"\n', ","),
    "what most have": ('Total\n"419,22"\n"405,55"\n1.83\n', ","),
    "a thousand or one and two tenths tells nothing": ('Total\n"1,200"\n', "."),
    "days are no numbers": ("Datum\n31.12.2024\n31.12.24\n", "."),
}


@pytest.mark.parametrize(("text", "mark"), TEXTS.values(), ids=TEXTS)
def test_a_file_shows_its_decimal_mark(text: str, mark: str) -> None:
    assert usual_mark(text, ",") == mark


READINGS = {
    # written: in a file of commas, in a file of points
    "419,22": ("419.22", "419.22"),
    "1.83": ("1.83", "1.83"),
    "1.234": ("1234", "1.234"),
    "1,234": ("1.234", "1234"),
    "0.039": ("0.039", "0.039"),
    "0,052361": ("0.052361", "0.052361"),
    "148.1400": ("148.1400", "148.1400"),
    "1.757,95": ("1757.95", "1757.95"),
}


@pytest.mark.parametrize("written", READINGS)
def test_a_number_of_the_other_mark_is_read_where_it_is_plain(written: str) -> None:
    commas = settled(NumberStyle(""), '"1,5"', ";")
    points = settled(NumberStyle(""), "1.5", ";")
    read = (commas.read(written), points.read(written))
    assert tuple(map(str, read)) == READINGS[written]


def test_a_format_that_names_its_mark_takes_no_other() -> None:
    with pytest.raises(CellError) as caught:
        NumberStyle(",").read("1.83")
    assert caught.value.reason == "bad_number"
    assert NumberStyle(",").read("1,83") == Decimal("1.83")


def test_thousands_do_not_begin_with_nought() -> None:
    with pytest.raises(CellError):
        NumberStyle(",").read("0.039")
