"""`trimtab report`: from a question that was declined to orders that were filled, on one page."""

import json
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.documents.pdf import can_make_pdf

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
FREE = DATED + '\n[trading]\napproval_above = "never"\n'


def house(folder: Path, mandate: str = DATED) -> Path:
    made = write_household(folder, mandate=mandate, prices=LONG_PRICES)
    assert run("broker", "add", "paper", made).exit_code == DONE
    return made


def words(text: str) -> str:
    return " ".join(text.split())


def asked(folder: Path) -> str:
    result = run("approvals", folder, "--json")
    name: str = json.loads(result.stdout)["approvals"][0]["id"]
    return name


def test_a_household_without_a_broker_has_a_report_and_no_store_is_made(tmp_path: Path) -> None:
    made = write_household(tmp_path / "house", mandate=DATED, prices=LONG_PRICES)
    before = sorted(path.name for path in made.iterdir())
    result = run("report", made)
    assert result.exit_code == DONE, result.stderr
    assert "Where the household stands" in result.stdout
    assert "no decision was recorded" in words(result.stdout)
    assert sorted(path.name for path in made.iterdir()) == before
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_what_people_declined_is_in_the_report_with_their_words(tmp_path: Path) -> None:
    made = house(tmp_path / "house")
    assert run("run", "--once", made).exit_code == DONE
    name = asked(made)
    waits = words(run("report", made).stdout)
    assert f"Question {name}" in waits and "waits for people" in waits
    assert run("reject", name, made, "--as", "Ben", "--note", "not this week").exit_code == DONE
    told = words(run("report", made).stdout)
    assert "declined" in told and "Ben declined it" in told and "not this week" in told


@pytest.mark.parametrize("mandate", [DATED, FREE], ids=["approved by a person", "nobody is asked"])
def test_executed_orders_name_the_clause_that_their_trade_follows(
    tmp_path: Path, mandate: str
) -> None:
    made = house(tmp_path / "house", mandate)
    assert run("run", "--once", made).exit_code == DONE
    if mandate == DATED:
        assert run("approve", asked(made), made).exit_code == DONE
        assert run("run", "--once", made).exit_code == DONE
    page = tmp_path / "report.html"
    result = run("report", made, "--html", page)
    assert result.exit_code == DONE, result.stderr
    orders = page.read_text("utf-8").split('id="table-orders"')[1].split("</table>")[0]
    rows = orders.split("<tr")[2:]
    assert "<td>filled</td>" in orders
    for row in rows:
        assert ("<td>targets." in row and "under its target" in row) or "over its target" in row


@pytest.mark.skipif(not can_make_pdf(), reason="WeasyPrint or Pango is not installed")
def test_the_report_is_a_pdf_where_one_is_named(tmp_path: Path) -> None:
    made = write_household(tmp_path / "house", mandate=DATED, prices=LONG_PRICES)
    result = run("report", made, "--pdf", tmp_path / "report.pdf")
    assert result.exit_code == DONE, result.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_days_of_which_nothing_is_known_are_refused(tmp_path: Path) -> None:
    made = write_household(tmp_path / "house", mandate=DATED, prices=LONG_PRICES)
    result = run("report", made, "--until", "2030-01-01")
    assert result.exit_code == BAD_INPUT
    assert "2030-01-01 is after" in words(result.stderr)


def test_a_rule_that_was_let_pass_is_told_and_is_no_question(tmp_path: Path) -> None:
    made = house(tmp_path / "house")
    assert run("run", "--once", made).exit_code == DONE
    passed = run("override", "trade_max", made, "--why", "the house is sold")
    assert passed.exit_code == DONE, passed.stderr
    told = words(run("report", made).stdout)
    assert "let a rule pass" in told and "the house is sold" in told
    assert "1 question was put to people" in told


def test_a_day_on_which_nothing_was_traded_is_a_decision_too(tmp_path: Path) -> None:
    lots = "account,instrument,quantity,basis,acquired\njoint,VTI,60,5400,2020-01-15\n"
    made = write_household(
        tmp_path / "house", FREE, f"{lots}joint,BND,48,3900,2021-06-01\n", LONG_PRICES
    )
    assert run("broker", "add", "paper", made).exit_code == DONE
    assert run("run", "--once", made).exit_code == DONE
    assert "nothing to trade" in words(run("report", made).stdout)
