"""Every screen of households that are not like the demo's: one class, no plan, nothing yet."""

from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from tests.app.web.served import browser_of, world_of

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
ONE_CLASS = f"""\
[household]
name = "One fund"
as_of = {AS_OF}

[[accounts]]
id = "joint"
wrapper = "taxable"

[[targets]]
name = "stocks"
weight = 1.0
instruments = ["VTI"]

[tax]
short_rate = 0.32
long_rate = 0.15
"""
KEPT = """
[[restrictions]]
name = "keep all"
kind = "do_not_sell"
instruments = ["VTI", "BND"]

[[flows]]
name = "roof"
amount = -9000
due = 2022-10-20
"""
LOTS = "account,instrument,quantity,basis,acquired\n"
HOUSEHOLDS = {
    "one class without drift": (ONE_CLASS, LOTS + "joint,VTI,100,9000,2020-01-15\n"),
    "only cash": (DATED, LOTS + "joint,CASH,5000,,\n"),
    "only cash, one class": (ONE_CLASS, LOTS + "joint,CASH,5000,,\n"),
    "no plan meets the mandate": (DATED + KEPT, LOTS + "joint,VTI,100,9000,2020-01-15\n"),
}
SCREENS = (
    *("", "/proposal", "/cash", "/cash?way=idle", "/cash?way=have&amount=5000"),
    *("/cash?way=need&amount=100", "/cash?way=need&amount=1000000", "/lots", "/plan"),
    *("/history", "/report", "/policy-statement", "/import", "/orders"),
)


@pytest.mark.parametrize("kind", HOUSEHOLDS)
def test_every_screen_of_an_unusual_household_is_shown(tmp_path: Path, kind: str) -> None:
    mandate, lots = HOUSEHOLDS[kind]
    house = write_household(tmp_path / "home", mandate=mandate, prices=LONG_PRICES, lots=lots)
    client = browser_of(world_of(tmp_path / "web", house))
    answered = {place: client.get(f"/h/home{place}").status_code for place in SCREENS}
    refusable = {"/cash?way=idle", "/cash?way=need&amount=100", "/cash?way=need&amount=1000000"}
    wrong = {
        place: code
        for place, code in answered.items()
        if code != 200 and not (code == 422 and place in refusable)
    }
    assert not wrong


def test_a_mandate_that_no_plan_meets_says_which_clauses_on_the_proposal(tmp_path: Path) -> None:
    mandate, lots = HOUSEHOLDS["no plan meets the mandate"]
    house = write_household(tmp_path / "home", mandate=mandate, prices=LONG_PRICES, lots=lots)
    client = browser_of(world_of(tmp_path / "web", house))
    assert "See what stands in the way" in client.get("/h/home").text
    page = client.get("/h/home/proposal").text
    assert "No plan meets the mandate" in page
    assert "restrictions.keep all" in page and "flows.roof" in page
