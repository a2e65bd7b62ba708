"""Every key of the mandate has words in the statement, and the statement says nothing else."""

from pathlib import Path

import pytest

from tests.app.policy_statement.made_mandates import BESIDE, BOTH, PAIRS, made, stated
from trimtab.app.live.settings import parse_live
from trimtab.app.mandate_file.keys import Form, Key, Kind, Section
from trimtab.app.mandate_file.sections import SECTIONS
from trimtab.app.policy_statement import other_keys
from trimtab.app.policy_statement.statement import statement_of

DEMO = Path(__file__).parents[3] / "src/trimtab/app/demo_household/mandate.toml"


def test_the_statement_has_words_of_its_own_for_every_key_of_the_sections_that_it_knows():
    keys = {
        f"{section.name}.{key.name}"
        for section in SECTIONS
        if section.name in other_keys.WORDED
        for key in section.keys
    }
    assert keys == set(PAIRS)


@pytest.mark.parametrize("key", PAIRS)
def test_another_value_of_a_key_is_another_sentence(key: str):
    one, other = PAIRS[key]
    section, beside = key.partition(".")[0], BESIDE.get(key, {})
    before = stated(made(section, one, beside if key in BOTH else {}))
    after = stated(made(section, other, beside))
    was, now = ({clause.text for clause in each.clauses} for each in (before, after))
    assert was != now


def test_a_section_that_no_chapter_speaks_of_is_said_by_name_and_meaning(
    monkeypatch: pytest.MonkeyPatch,
):
    debts = Section("tax", "", (Key("year", Kind.WHOLE, "what year it is"),), Form.TABLE)
    monkeypatch.setattr(other_keys, "SECTIONS", (debts,))
    monkeypatch.setattr(other_keys, "WORDED", frozenset())
    found = {clause.id: clause.text for clause in stated(made("tax", {"year": 2026})).clauses}
    assert "2026 (what year it is)" in found["tax.year"] or found["tax.year (2)"]


def test_plug_in_settings_are_said_behind_the_plug_in():
    text = made("policy", {"name": "threshold", "absolute": "0.03", "destination": "band"})
    policy = next(one for one in stated(text).clauses if one.id == "policy.name")
    assert "absolute 0.03" in policy.text and "destination band" in policy.text


def test_no_two_sentences_have_one_id_and_every_one_is_a_sentence():
    clauses = stated(DEMO.read_text("utf-8")).clauses
    ids = [clause.id for clause in clauses]
    assert len(ids) == len(set(ids)) > 60
    assert not [one.text for one in clauses if not one.text.endswith(".") or "  " in one.text]
    assert not [one.text for one in clauses if one.text[0].islower() and one.text[:1].isalpha()]


def test_a_flow_without_a_name_has_its_own_sentence_beside_one_that_is_called_by_its_number():
    text = made("flows", {"name": "2", "amount": -100})
    text += "\n[[flows]]\namount = -200\n"
    told = [one for one in stated(text).clauses if one.id.startswith("flows.")]
    assert [one.id for one in told] == ["flows.2", "flows.2 (2)"]
    assert "$100" in told[0].text and "$200" in told[1].text


def test_who_approves_and_what_may_leave_comes_from_the_live_settings():
    live = parse_live(
        '[approvals]\nneeded = 2\npeople = ["ada", "ben"]\nnote_required = true\n'
        "price_move = 0.015\n[sending]\ntrade_max = 50000\nday_max = 60000\ndrawdown_max = 0.25\n"
        "[service]\ntrade = false\n",
        Path(),
    )
    text = made("household", {"name": "Ana"})
    told = {one.id: one.text for one in statement_of(text, Path("mandate.toml"), live).clauses}
    assert "two" in told["live.approvals"] or "2 people of ada and ben" in told["live.approvals"]
    assert "1.5 %" in told["live.approvals.price_move"]
    assert "$50,000" in told["live.sending.trade_max"]
    assert "$60,000" in told["live.sending.day_max"]
    assert "25 %" in told["live.sending.drawdown_max"]
    assert "orders nothing" in told["live.service.trade"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "Every plan that trades anything waits"),
        ("5000", "trades $5,000 or less is carried out without asking"),
        ('"never"', "carried out without asking anybody"),
    ],
)
def test_the_statement_says_what_may_happen_without_a_person(value: str, words: str):
    text = made("household", {"name": "Ana"}).replace(
        "[trading]\n", f"[trading]\napproval_above = {value}\n"
    )
    told = {one.id: one.text for one in stated(text).clauses}
    assert words in told["trading.approval_above"]


def test_amounts_keep_every_digit_in_the_household_s_own_currency():
    text = made("cash", {"reserve": "1234.567"}).replace('"1234.567"', "1234.567")
    text = text.replace('# base_currency = "USD"', 'base_currency = "CHF"')
    told = {one.id: one.text for one in stated(text).clauses}
    assert told["cash.reserve"].startswith("CHF 1,234.567 stays")
