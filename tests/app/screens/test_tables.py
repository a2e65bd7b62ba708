"""A narrow screen loses no word of a table."""

import io

import pytest
from rich.console import Console

from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import paragraph


def shown(width: int) -> str:
    out = Console(file=io.StringIO(), width=width, markup=False)
    table = plain_table(("Target", "fold"), ("Wanted", "right"), ("", "left"))
    table.add_row("us stocks [red]", "36.0 %", "above its band")
    show_table(out, table)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


@pytest.mark.parametrize("width", [80, 40, 28, 10])
def test_every_word_stands_on_a_screen_of_any_width(width: int):
    words = " ".join(shown(width).split())
    for word in ("us stocks", "[red]", "36.0 %", "above its band"):
        assert word in words


def test_a_narrow_screen_shows_a_row_as_a_paragraph():
    assert shown(24).startswith("  us stocks [red]: wanted ")
    assert shown(80).split("\n")[0].split() == ["Target", "Wanted"]


def test_a_line_never_opens_with_a_percent_sign():
    out = Console(file=io.StringIO(), width=40, markup=False)
    paragraph(out, "x" * 32 + " of 40.0 %")
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue().split("\n")[1] == "40.0 %"
