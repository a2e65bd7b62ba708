"""A format that is like another says only what differs."""

import pytest

from trimtab.importers._catalogue import common_rules
from trimtab.importers._format_file import parse_format
from trimtab.model.errors import InputError, InputErrors

BASE = """
broker = "generic"
name = "days after months"
[dates]
formats = ["%m/%d/%Y"]
[[sections]]
kind = "positions"
required = ["symbol", "quantity"]
[sections.columns]
symbol = ["Symbol"]
quantity = ["Quantity"]
"""


def text_of(name: str) -> str:
    """One format that others may be like."""
    if name != "base":
        raise InputError(f"format {name!r}", "there is none", "", "see `trimtab formats list`")
    return BASE


def test_its_own_tables_take_the_place_of_the_others() -> None:
    text = 'like = "base"\nname = "days first"\n[dates]\nformats = ["%d/%m/%Y"]\n'
    read = parse_format(text, "day_first", "day_first.toml", common_rules(), text_of)

    assert (read.broker, read.name) == ("generic", "days first")
    assert read.dates.formats == ("%d/%m/%Y",)
    assert [section.required for section in read.sections] == [("symbol", "quantity")]


@pytest.mark.parametrize(
    ("line", "fact"),
    [('like = "nothing"', "there is none"), ("like = 3", "3 is no format's name")],
)
def test_what_it_is_like_must_be_a_format(line: str, fact: str) -> None:
    with pytest.raises(InputErrors) as refused:
        parse_format(f'name = "x"\n{line}\n', "x", "x.toml", common_rules(), text_of)

    found = [error for error in refused.value.errors if error.subject == "like"]
    assert [error.fact for error in found] == [fact]
    assert found[0].line == 2


def test_a_text_that_is_no_toml_names_its_line() -> None:
    with pytest.raises(InputErrors, match=r"x\.toml:2"):
        parse_format('name = "x"\nbroker = \n', "x", "x.toml", common_rules(), text_of)
