"""A format written in a test, and what it makes of a text written there too."""

from __future__ import annotations

from textwrap import dedent

from trimtab.importers._catalogue import common_rules, format_file
from trimtab.importers._format import Format
from trimtab.importers._format_file import parse_format
from trimtab.importers._table import read_table
from trimtab.model.errors import InputErrors
from trimtab.model.statements import Statement

__all__ = ["FILE", "POSITIONS", "form", "mistakes", "read_by"]

FILE = "mine.toml"
POSITIONS = """
broker = "mine"
name = "My positions"

[[sections]]
kind = "positions"
required = ["symbol", "quantity"]

[sections.columns]
account = ["Account"]
symbol = ["Symbol"]
name = ["Name"]
quantity = ["Quantity", "Qty"]
value = ["Value"]
cost = ["Cost"]
unit_cost = ["Unit cost"]
"""


def form(text: str = POSITIONS) -> Format:
    """The format that a text describes."""
    return parse_format(dedent(text), "mine", FILE, common_rules(), format_file)


def read_by(text: str, rows: str, delimiter: str = ",") -> Statement:
    """What a format makes of some rows."""
    lines = dedent(rows).lstrip("\n")
    return read_table(lines, form(text), delimiter, "rows.csv", "digest")


def mistakes(text: str) -> list[str]:
    """The mistakes of a format file, as they are shown; none where it is right."""
    try:
        form(text)
    except InputErrors as several:
        return [str(error) for error in several.errors]
    return []
