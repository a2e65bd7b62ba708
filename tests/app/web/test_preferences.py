"""How figures are shown comes back from its cookie; whatever else it says counts for nothing."""

import re
from html import unescape
from itertools import product

import pytest

from tests.app.web.served import send
from trimtab.app.web.fractions import picture_in_bps
from trimtab.app.web.preferences import COOKIE, Preferences, Shares, Theme, preferences_of

ALL = [Preferences(*chosen) for chosen in product(Shares, (True, False), Theme)]


@pytest.mark.parametrize("chosen", ALL, ids=Preferences.cookie)
def test_what_was_chosen_comes_back(chosen):
    assert preferences_of({COOKIE: chosen.cookie()}) == chosen


@pytest.mark.parametrize(
    "text", ["", "percent", "x.shown.light", "bps.shown.x", "<script>", "a.b.c.d"]
)
def test_a_cookie_that_says_something_else_is_as_good_as_none(text):
    assert preferences_of({COOKIE: text}) == Preferences()


@pytest.mark.parametrize("address", ["/h/home", "/h/home/proposal", "/h/home/plan"])
def test_pictures_say_shares_as_they_are_wanted(owner, address):
    def pictures() -> str:
        found = re.findall(r"<svg.*?</svg>", owner.get(address).text, re.S)
        assert found
        return "".join(found)

    as_percent = pictures()
    assert re.search(r"\d\s%", as_percent)
    owner.cookies.set(COOKIE, Preferences(Shares.BPS).cookie())
    in_bps = pictures()
    owner.cookies.delete(COOKIE)
    assert not re.search(r"\d\s%", in_bps)
    assert "% ±" not in in_bps
    shares = re.findall(r">([\d.,]+)\s%<", as_percent)
    told = re.findall(r">([\d,]+)\sbp<", in_bps)
    assert [f"{float(one) * 100:,.0f}" for one in shares] == told


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("19.1 %", "1,910 bp"),
        ("−0.8 %", "−80 bp"),
        ("21 % ± 5.0", "2,100 bp ± 500"),
        ("target 21.0 % ± 5.0 %", "target 2,100 bp ± 500 bp"),
        ('width="100%"', 'width="100%"'),
    ],
)
def test_a_picture_in_basis_points_has_the_same_figures(words: str, wanted: str) -> None:
    assert picture_in_bps(words) == wanted


def test_choosing_leads_back_to_what_was_being_looked_at(owner) -> None:
    asked = "/h/home/cash?way=need&amount=20000"
    page = owner.get(asked).text
    found = re.search(r'name="back" value="([^"]*)"', page)
    assert found and unescape(found[1]) == asked
    chosen = {"shares": "bps", "amounts": "shown", "theme": "light", "back": unescape(found[1])}
    answer = send(owner, "/preferences", chosen, asked)
    owner.cookies.delete(COOKIE)
    assert (answer.status_code, answer.headers["location"]) == (303, asked)
    evil = owner.get("/h/home?x=%22%3E%3Cscript%3E").text
    assert "<script>" not in evil.partition("<main")[0].partition("<body")[2]
