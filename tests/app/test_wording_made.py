"""What is made for households, read for its wording: screens, reports, alerts, pages; and each
trade names the clause that it follows, over the demo and over households that nobody chose.
"""

import random
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import LONG_PRICES, MANDATE, write_household
from tests.app.plain_words import advising
from tests.app.report_parts import decision as demo_decision
from tests.app.report_parts import demo
from trimtab.app import api
from trimtab.app.clauses import clause_text
from trimtab.app.documents.page import page_html, sheet_html
from trimtab.app.documents.wording import wording_in
from trimtab.app.household import load_folder
from trimtab.app.live.reports import weekly_text
from trimtab.app.period_report.facts import Happened
from trimtab.app.period_report.making import seen_with
from trimtab.app.period_report.period import period_of
from trimtab.app.period_report.report import report_document
from trimtab.app.policy_statement.document import Version, statement_document
from trimtab.app.policy_statement.statement import statement_of
from trimtab.model.plans import Decision, Verdict

DEMO_NAMES = re.compile(r"\bBest Buy\b")
AS_OF = date(2022, 10, 11)


def words_of(html: str) -> str:
    """What a page says, without its markup and without companies' names."""
    plain = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return DEMO_NAMES.sub("", unescape(re.sub(r"<[^>]+>", " ", plain)))


def report_html(decision: Decision) -> Iterator[str]:
    """The report of the demo's household with a decision, as a page and as sheets."""
    happened = Happened(period_of(AS_OF), True)
    document = report_document(seen_with(demo(), happened, decision, ""), wording_in("USD"))
    yield page_html(document, wording_in("USD"))
    yield sheet_html(document, wording_in("USD"))


def test_the_report_states_and_does_not_advise_on_screen_and_on_paper():
    for html in report_html(demo_decision()):
        assert advising(words_of(html)) == []


def test_the_policy_statement_states_and_does_not_advise():
    path = demo().folder / "mandate.toml"
    statement = statement_of(path.read_text("utf-8"), path)
    document = statement_document(statement, Version("now"), (statement, Version("then")))
    assert advising(words_of(page_html(document, wording_in("USD")))) == []


def test_the_alert_of_a_week_states_and_does_not_advise():
    text = weekly_text(demo(), demo_decision(), "")
    assert advising(DEMO_NAMES.sub("", text)) == []
    for trade in demo_decision().plan.trades:  # type: ignore[union-attr]
        assert f"[{trade.clause}]" in text


def test_the_screens_of_a_household_state_and_do_not_advise(tmp_path: Path) -> None:
    dated = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
    folder = write_household(tmp_path / "house", dated, prices=LONG_PRICES)
    assert run("broker", "add", "paper", folder).exit_code == DONE
    asked = run("run", "--once", folder)
    assert asked.exit_code == DONE, asked.stderr
    for command in (
        ("status", folder),
        ("plan", folder),
        ("explain", folder),
        ("explain", "T1", folder),
        ("approvals", folder),
        ("orders", folder),
        ("report", folder),
        ("statement", folder),
        ("check", folder),
        ("doctor", folder),
        ("policies",),
        ("keys",),
    ):
        result = run(*command)
        said = f"{result.stdout} {result.stderr}"
        assert said.strip()
        assert advising(said) == [], command
        if command[0] in ("plan", "approvals", "report"):
            assert "targets.bonds" in said  # each trade of it names its clause
    assert advising(f"{asked.stdout} {asked.stderr}") == []


def generated(folder: Path, seed: int) -> Path:
    """A household that nobody chose: weights, lots, a flow and a restriction by chance."""
    chance = random.Random(seed)
    stocks = chance.randint(20, 75)
    mandate = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
    mandate = mandate.replace("weight = 0.4\n", f"weight = {(100 - stocks) / 100}\n", 1)
    mandate = mandate.replace("weight = 0.6\n", f"weight = {stocks / 100}\n", 1)
    if chance.random() < 0.5:
        mandate += f"\n[[flows]]\namount = {chance.choice((-900, 2500))}\ndue = 2022-10-12\n"
    if chance.random() < 0.3:
        mandate += '\n[[restrictions]]\nkind = "never_own"\ninstruments = ["ITOT"]\n'
    if chance.random() < 0.5:
        mandate += f"\n[harvest]\nminimum_loss = {chance.choice((50, 400))}\n"
    rows = ["account,instrument,quantity,basis,acquired"]
    for account in ("joint", "ira"):
        for instrument, price in (("VTI", 93), ("ITOT", 47), ("BND", 80)):
            if chance.random() < 0.8:
                units = chance.randint(1, 120)
                basis = round(units * price * chance.uniform(0.7, 1.4), 2)
                day = date(2022, chance.randint(1, 9), chance.randint(1, 28))
                day = day.replace(year=chance.choice((2019, 2021, 2022)))
                rows.append(f"{account},{instrument},{units},{basis},{day}")
        rows.append(f"{account},CASH,{chance.randint(0, 9000)},,")
    return write_household(folder, mandate, "\n".join(rows) + "\n", LONG_PRICES)


@pytest.mark.parametrize("seed", range(16))
def test_every_trade_of_a_household_names_a_clause_of_its_mandate(tmp_path: Path, seed: int):
    loaded = load_folder(generated(tmp_path / "house", seed))
    decision = api.decide(loaded)
    assert advising(decision.sentence) == []
    assert decision.verdict in set(Verdict)
    if decision.plan is None:
        return
    path = loaded.folder / "mandate.toml"
    stated = {one.id for one in statement_of(path.read_text("utf-8"), path).clauses}
    sections = {one.partition(".")[0] for one in stated} | {"harvest"}
    for trade in decision.plan.trades:
        assert trade.clause and trade.reason
        assert trade.clause.partition(".")[0] in sections
        assert clause_text(loaded.mandate, trade.clause) != trade.clause
        assert advising(trade.reason) == []


def test_households_that_nobody_chose_do_trade(tmp_path: Path):
    made = [api.decide(load_folder(generated(tmp_path / str(n), n))) for n in range(4)]
    assert any(one.plan is not None and one.plan.trades for one in made)
