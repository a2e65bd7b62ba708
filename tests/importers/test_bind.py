"""Columns are found in a header by name, and a header may say that it is another table's."""

import pytest

from trimtab.importers._bind import bind, header_of
from trimtab.importers._catalogue import common_rules
from trimtab.importers._format_file import parse_format

FORMAT = """
broker = "generic"
name = "positions"
[[sections]]
kind = "positions"
required = ["symbol", "quantity"]
absent = ["Trade Date"]
[sections.columns]
symbol = ["Symbol"]
quantity = ["Quantity"]
unit_cost = ["Unit Price"]
"""


@pytest.mark.parametrize(
    ("header", "explained"),
    [
        ("Symbol,Quantity", 2),
        ("quantity, SYMBOL ,other", 2),
        ("Symbol,Quantity,unit_price", 3),
        ("Symbol,Price", None),
        ("Symbol,Quantity,Trade Date", None),
    ],
)
def test_a_header_binds_by_its_names(header: str, explained: int | None) -> None:
    section = parse_format(FORMAT, "x", "x.toml", common_rules()).sections[0]
    binding = bind(section, header_of(header.split(",")))

    assert (binding and binding.explained) == explained
