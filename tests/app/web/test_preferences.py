"""How figures are shown comes back from its cookie; whatever else it says counts for nothing."""

from itertools import product

import pytest

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
