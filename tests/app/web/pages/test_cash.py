"""Cash: one field, and the answer account by account."""

import csv
import io
from decimal import Decimal

import pytest

from trimtab.app.web.preferences import COOKIE, Preferences


def answer(client, **asked: str) -> dict[str, list[str]]:
    given = asked | {"table": "answer", "format": "csv"}
    text = client.get("/h/home/cash", params=given).text
    return {row[0]: row[1:] for row in csv.reader(io.StringIO(text))}


def test_money_that_is_needed_is_raised_and_adds_up_in_every_account(owner) -> None:
    rows = answer(owner, way="need", amount="30,000")
    columns = rows.pop("account")
    assert columns == ["before", "money", "sold", "bought", "tax", "after"]
    every = [Decimal(cell) for cell in rows["All accounts"]]
    assert every[1] == Decimal(-55_000)  # the roof of the mandate is needed by then, too
    for name, cells in rows.items():
        before, money, sold, bought, _, after = map(Decimal, cells)
        assert abs(before + money + sold - bought - after) < 100, name  # what trading costs
        assert after >= 0


def test_a_deposit_goes_where_it_is_said_to(owner) -> None:
    rows = answer(owner, way="have", amount="$20,000", account="joint")
    assert Decimal(rows["Joint brokerage"][1]) == Decimal(-5_000)  # less the roof
    page = owner.get("/h/home/cash?way=have&amount=20000&account=joint").text
    assert "came in" in page
    assert "Nothing is ordered from here" in page


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("abc", "abc"),
        ("-5", "at least a cent"),
        ("0", "at least a cent"),
        ("1e400", "amount"),
        ("1e18", "at most"),
        ("", "it is empty"),
        ("NaN", "amount"),
        ("1" * 60, "too long"),
        ("１２", "amount"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_an_amount_that_is_none_is_said_beside_the_field(owner, amount: str, why: str) -> None:
    page = owner.get("/h/home/cash", params={"way": "need", "amount": amount})
    assert page.status_code in (200, 422)
    if amount != "１２":
        assert page.status_code == 422
        assert why in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"way": "take", "amount": "5"}, "have, need or idle"),
        ({"way": "need", "amount": "5", "account": "jiont"}, "jiont"),
        ({"way": "need", "amount": "900000000"}, "is missing"),
    ],
)
def test_what_cannot_be_is_refused_in_words(owner, asked: dict[str, str], why: str) -> None:
    page = owner.get("/h/home/cash", params=asked)
    assert page.status_code < 500
    assert why in page.text


def test_nothing_is_asked_yet_on_the_bare_page(owner) -> None:
    page = owner.get("/h/home/cash")
    assert page.status_code == 200
    assert "The answer" not in page.text


def test_hidden_amounts_are_hidden_in_refusals_and_in_the_field_too(owner) -> None:
    owner.cookies.set(COOKIE, Preferences(hides_amounts=True).cookie())
    page = owner.get("/h/home/cash?way=need&amount=600000&account=ana_ira")
    assert page.status_code == 422
    assert "310,804.63" not in page.text and "can pay •••" in page.text
    assert 'name="amount" class="veiled"' in page.text
