"""Sentences say fractions as their reader chose, and leave everything else as it was."""

import re
from html import unescape

import pytest

from trimtab.app.web.fractions import chosen_fractions
from trimtab.app.web.preferences import COOKIE, Preferences, Shares


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("is 4.7 points over its target of 8.0 %", "is 470 bp over its target of 800 bp"),
        ("of its no-trade zone (7.7–8.3 %)", "of its no-trade zone (770–830 bp)"),
        ("band ±0.75 % (5 % of everything)", "band ±75 bp (500 bp of everything)"),
        ("from 12.5 % to 9.3 %", "from 1,250 bp to 930 bp"),
        ("at least $500 and 7 % of the basis", "at least $500 and 700 bp of the basis"),
        ("a budget of $5,000 to 7 %", "a budget of $5,000 to 700 bp"),
        ("between 0 and 100 %", "between 0 and 10,000 bp"),
        ("a drift of −1.25 % or 1 point", "a drift of −125 bp or 100 bp"),
        ("tracking error goes from 152 to 106 bp", "tracking error goes from 152 to 106 bp"),
        ("a loss of $6,958 in 11 lots on 2022-10-11", "a loss of $6,958 in 11 lots on 2022-10-11"),
    ],
)
def test_a_sentence_is_in_basis_points(text: str, shown: str) -> None:
    assert chosen_fractions(text, Shares.BPS) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("goes from 152 to 106 bp; doing", "goes from 1.52 to 1.06 %; doing"),
        ("an error of 1,250 bp", "an error of 12.50 %"),
        ("is 4.7 points over its target of 8.0 %", "is 4.7 points over its target of 8.0 %"),
    ],
)
def test_a_sentence_is_in_percent(text: str, shown: str) -> None:
    assert chosen_fractions(text, Shares.PERCENT) == shown


def test_names_that_hold_a_figure_are_left_alone() -> None:
    text = "60 % stocks is 2.0 points over its target of 60.0 %"
    shown = "60 % stocks is 200 bp over its target of 6,000 bp"
    assert chosen_fractions(text, Shares.BPS, ("60 % stocks",)) == shown


def test_every_sentence_of_a_screen_is_as_its_reader_chose(owner) -> None:
    for shares, unit, other in (
        (Shares.BPS, "bp", r"\d %|\d points"),
        (Shares.PERCENT, "%", r"\d bp"),
    ):
        owner.cookies.set(COOKIE, Preferences(shares).cookie())
        for place in ("", "/proposal", "/cash?way=need&amount=20000", "/report"):
            page = re.sub(
                "<details.*?</details>", "", owner.get(f"/h/home{place}").text, flags=re.S
            )
            shown = unescape(re.sub("<[^>]+>", " ", page.partition("<main")[2]))
            assert f" {unit}" in shown, place
            assert not re.search(other, shown), (place, re.search(f".{{60}}({other})", shown))
