"""Which prices a household's figures rest on, in a line; and what is held at them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.commands_run import run
from tests.app.folders import write_household
from trimtab.app.household import load_folder
from trimtab.app.positions import positions_of, price_words
from trimtab.model.snapshots import Price

FILE, YAHOO = "closes of prices.csv", "Yahoo, closes as traded"


def price(name: str, day: int, source: str = FILE) -> Price:
    return Price(name, Decimal(100), "USD", date(2026, 11, day), source)


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ([], ""),
        ([price("VTI", 20), price("BND", 20)], "Prices of 2026-11-20 (closes of prices.csv)."),
        (
            [price("VTI", 20), price("BND", 17)],
            "Prices of 2026-11-20 (closes of prices.csv), oldest 2026-11-17 for BND.",
        ),
        (
            [price("VTI", 20, YAHOO), price("BND", 17), price("GLD", 17)],
            "Prices of 2026-11-20 (Yahoo, closes as traded, closes of prices.csv), "
            "oldest 2026-11-17 for BND and 1 more.",
        ),
        ([price("VTI", 20, "")], "Prices of 2026-11-20 (source not stated)."),
    ],
)
def test_one_line_says_how_old_prices_are_and_whose(prices: list[Price], words: str) -> None:
    assert price_words(prices) == words


def test_positions_add_up_the_lots_of_each_account(tmp_path: Path) -> None:
    snapshot = load_folder(write_household(tmp_path / "home"), date(2022, 10, 11)).snapshot
    found = [
        (row.account, row.instrument, row.quantity, row.value) for row in positions_of(snapshot)
    ]
    assert found == [
        ("joint", "VTI", 100, 10100),
        ("joint", "BND", 50, Decimal("4025.0")),
        ("ira", "VTI", 20, 2020),
    ]


def test_status_plan_and_page_say_of_which_day_the_prices_are(
    folder: Path, decided: object
) -> None:
    line = "Prices of 2022-10-11 (closes of prices.csv)."
    page = folder / "page.html"
    for command in (("status",), ("plan", "--html", page)):
        shown = run(command[0], folder, "--as-of", "2022-10-11", *command[1:])
        assert line in shown.output
    text = page.read_text(encoding="utf-8")
    assert line in text
    assert "at 101 of 11 Oct 2022" in text
