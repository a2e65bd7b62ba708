"""What `trimtab doctor` finds in a folder, case by case."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import LONG_PRICES, LOTS, MANDATE, write_household
from trimtab.app.doctor.checkup import Checkup, check_up
from trimtab.app.household import load_folder
from trimtab.app.journal_folder import FolderJournal, opening_entries
from trimtab.books.entries import deposit
from trimtab.model.errors import InputErrors
from trimtab.model.findings import Severity

AS_OF = date(2022, 10, 11)
BLOCKS = MANDATE + '\n[instruments.VTI]\nkind = "etf"\n[instruments.BND]\nkind = "etf"\n'
FULL_LOTS = LOTS + "ira,CASH,10,,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A household in which nothing is wrong, its journal included."""
    home = write_household(tmp_path / "home", BLOCKS, FULL_LOTS, LONG_PRICES)
    FolderJournal(home).append(opening_entries(load_folder(home, AS_OF).snapshot))
    return home


def seen(folder: Path, as_of: date = AS_OF, days: int = 45) -> Checkup:
    return check_up(folder, as_of, days)


def told(checkup: Checkup) -> dict[str, str]:
    return {finding.code: str(finding) for finding in checkup.findings}


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_household_in_order_is_healthy(folder: Path) -> None:
    checkup = seen(folder)
    assert (checkup.findings, checkup.mistakes) == ((), ())
    assert checkup.is_healthy
    assert checkup.counts == dict.fromkeys(("mistake", "refusal", "approval", "warning", "note"), 0)
    assert {fact.instrument: (fact.age_days, fact.returns) for fact in checkup.prices} == {
        "VTI": (0, 102),
        "ITOT": (0, 102),
        "BND": (0, 102),
    }
    assert [(fact.id, fact.seen, fact.by) for fact in checkup.accounts] == [
        ("joint", AS_OF, "journal"),
        ("ira", AS_OF, "journal"),
    ]


def test_old_prices_are_told_with_age_source_and_limit(folder: Path) -> None:
    later = seen(folder, date(2022, 10, 20))
    assert told(later)["price_age"] == (
        "price of BND, ITOT, VTI: it is of 2022-10-11 (closes of prices.csv), 9 days before "
        "2022-10-20; at most 5 days are allowed"
    )
    assert not later.is_healthy


def test_a_price_that_is_missing_stops_plans_and_hides_nothing_else(folder: Path) -> None:
    change(folder, "lots.csv", "joint,BND", "joint,NEW")
    change(folder, "mandate.toml", "[instruments.VTI]", "[instruments.NEW]\n[instruments.VTI]")
    checkup = seen(folder)
    assert told(checkup)["price_missing"] == (
        "price of NEW: there is none on or before 2022-10-11, and it is held"
    )
    assert checkup.findings[0].severity is Severity.REFUSAL
    assert told(checkup)["no_target"].startswith("NEW: 50 units of it is held and no target")
    assert checkup.mistakes == ()


def test_a_short_history_is_told_and_stops_plans_where_the_mandate_refuses(folder: Path) -> None:
    lines = LONG_PRICES.splitlines()
    (folder / "prices.csv").write_text("\n".join([lines[0], *lines[-9:]]) + "\n")
    for rule, severity, words in (
        ("", Severity.WARNING, "long-run figures stand in for their risk"),
        ('[risk]\nwithout_history = "refuse"\n', Severity.REFUSAL, "no plan can be made"),
    ):
        change(folder, "mandate.toml", "[tax]", f"{rule}[tax]")
        (finding,) = [one for one in seen(folder).findings if one.code == "history_short"]
        assert finding.severity is severity
        assert "(BND 8, ITOT 8, VTI 8)" in finding.message and words in finding.message


def test_a_price_that_is_missing_in_the_middle_is_told(folder: Path) -> None:
    lines = LONG_PRICES.splitlines()
    day, _, *others = lines[50].split(",")
    for cell in ("nan", ""):
        lines[50] = ",".join([day, cell, *others])
        (folder / "prices.csv").write_text("\n".join(lines) + "\n")
        assert told(seen(folder))["history.missing_closes"].startswith(
            f"VTI: it has no close once though its market was open (on {day})"
        )


def test_unknown_bases_are_told_by_position_with_the_dollars(folder: Path) -> None:
    change(folder, "lots.csv", "joint,BND,50,4100,", "joint,BND,20,,2021-07-01\njoint,BND,30,,")
    finding = next(one for one in seen(folder).findings if one.code == "unknown_basis")
    assert finding.subject == "2 lots of BND in joint"
    assert "basis unknown, so $3,950 cannot be sold with a known tax" in finding.message
    assert "lots.csv" in finding.remedy


def test_what_no_target_names_is_told_unless_a_restriction_does(folder: Path) -> None:
    change(folder, "mandate.toml", '"VTI", "ITOT"', '"ITOT"')
    assert "VTI: $11,280 of it is held" in told(seen(folder))["no_target"]
    rule = '[[restrictions]]\nkind = "do_not_sell"\ninstruments = ["VTI"]\n[tax]'
    change(folder, "mandate.toml", "[tax]", rule)
    assert "no_target" not in told(seen(folder))


def test_instruments_without_a_block_are_a_note(folder: Path) -> None:
    (folder / "mandate.toml").write_text(MANDATE, encoding="utf-8")
    assert told(seen(folder))["no_block"].startswith("BND, VTI: the mandate has no block of it")
    assert seen(folder).is_healthy


@pytest.mark.parametrize(("days", "is_told"), [(10, True), (45, False)])
def test_an_account_that_nothing_told_of_for_long_is_named(
    folder: Path, days: int, is_told: bool
) -> None:
    entry = deposit("d1", date(2022, 10, 30), "joint", "USD", Decimal(5))
    FolderJournal(folder).append([entry])
    findings = seen(folder, date(2022, 11, 1), days).findings
    unseen = [one.subject for one in findings if one.code == "account_unseen"]
    assert unseen == (["account ira"] if is_told else [])


def test_an_account_that_holds_nothing_and_one_that_is_both_loaded_and_not(folder: Path) -> None:
    change(folder, "lots.csv", "ira,VTI,20,,\n", "")
    change(folder, "lots.csv", "ira,CASH,10,,\n", "")
    names = 'not_loaded = ["joint", "Ben\'s 401(k)"]\n\n[[accounts]]'
    change(folder, "mandate.toml", "[[accounts]]", names)
    found = told(seen(folder))
    assert found["account_empty"].startswith("account ira: lots.csv has neither")
    assert found["not_loaded_but_loaded"].startswith("account joint")
    assert found["not_loaded"].startswith("account Ben's 401(k): it is not loaded")


def test_what_lots_and_journal_say_differently_is_named(folder: Path) -> None:
    change(folder, "lots.csv", "joint,VTI,100,9000", "joint,VTI,90,8100")
    change(folder, "lots.csv", "joint,BND,50,4100", "joint,BND,50,4000")
    change(folder, "lots.csv", "joint,CASH,1500", "joint,CASH,1600")
    messages = [str(one) for one in seen(folder).findings if one.code == "journal_differs"]
    assert messages == [
        "basis of BND in joint: lots.csv has $4,000.00, the books of the journal $4,100.00",
        "VTI in joint: lots.csv has 90 units, the books of the journal 100",
        "cash of joint: lots.csv has $1,600.00, the books of the journal $1,500.00",
    ]


def test_a_journal_that_was_altered_is_told(folder: Path) -> None:
    change(folder, "journal.jsonl", "9000", "9001")
    checkup = seen(folder)
    assert not checkup.journal.is_whole
    assert any(one.severity is Severity.REFUSAL for one in checkup.findings)


def test_open_breaks_are_findings_and_those_that_block_stand_first(folder: Path) -> None:
    rows = [
        {"id": "1", "kind": "value", "account": "ira", "instrument": "VTI", "message": "m1",
         "remedy": "r1", "blocks": False},
        {"id": "2", "kind": "quantity", "account": "joint", "instrument": "BND", "message": "m2",
         "remedy": "", "blocks": True},
    ]  # fmt: skip
    (folder / "imports").mkdir()
    (folder / "imports" / "breaks.json").write_text(json.dumps(rows), encoding="utf-8")
    first, second = seen(folder).findings
    assert str(first) == "BND in joint: m2, so the account is not traded"
    assert first.severity is Severity.REFUSAL
    assert "trimtab breaks" in first.remedy
    assert second.code == "break_value"
    assert second.remedy.endswith(": r1")


def test_a_break_that_a_lot_shows_by_itself_is_told_once(folder: Path) -> None:
    change(folder, "lots.csv", "joint,BND,50,4100,", "joint,BND,50,,")
    row = {"id": "1", "kind": "unknown_basis", "account": "joint", "instrument": "BND",
           "message": "m", "remedy": "r", "blocks": False}  # fmt: skip
    (folder / "imports").mkdir()
    (folder / "imports" / "breaks.json").write_text(json.dumps([row]), encoding="utf-8")
    codes = [finding.code for finding in seen(folder).findings]
    assert "unknown_basis" in codes
    assert "break_unknown_basis" not in codes


@pytest.mark.parametrize("text", ["{", "[1]", "\xff"])
def test_a_list_of_breaks_that_is_none_is_a_mistake(folder: Path, text: str) -> None:
    (folder / "imports").mkdir()
    (folder / "imports" / "breaks.json").write_text(text, encoding="latin-1")
    (mistake,) = seen(folder).mistakes
    assert "open breaks" in str(mistake)


def test_every_mistake_of_every_file_is_told_at_once_and_the_rest_is_looked_at(
    folder: Path,
) -> None:
    change(folder, "mandate.toml", "short_rate = 0.32", "short_rat = 0.32")
    change(folder, "lots.csv", "joint,VTI,100", "joint,VTI,x")
    change(folder, "prices.csv", "2022-10-11,", "2022-10-11,,")
    (folder / "trades.csv").write_text("date,account\n", encoding="utf-8")
    (folder / "actions.csv").write_text("date\n", encoding="utf-8")
    checkup = seen(folder)
    files = [Path(str(mistake.file)).name for mistake in checkup.mistakes]
    assert {"mandate.toml", "lots.csv", "trades.csv"} <= set(files)
    assert checkup.journal.is_whole


def test_mistakes_in_prices_and_actions_are_told_where_the_mandate_can_be_read(
    folder: Path,
) -> None:
    change(folder, "prices.csv", "2022-10-11,", "2022-10-11,-")
    (folder / "actions.csv").write_text("date\n", encoding="utf-8")
    messages = " ".join(map(str, seen(folder).mistakes))
    assert "must be above zero" in messages
    assert "actions.csv" in messages


def test_a_price_in_another_currency_is_a_mistake(folder: Path) -> None:
    change(folder, "mandate.toml", "[instruments.VTI]", '[instruments.VTI]\ncurrency = "EUR"')
    assert any("the feed gives it in USD" in str(one) for one in seen(folder).mistakes)


def test_a_value_that_nobody_has_stops_plans(folder: Path) -> None:
    change(folder, "lots.csv", "joint,VTI,100,", "joint,VTI,100000000000000,")
    assert "more than 1,000,000,000,000,000" in told(seen(folder))["value_absurd"]


def test_settings_that_a_plug_in_refuses_are_mistakes_with_their_line(folder: Path) -> None:
    change(folder, "mandate.toml", "[tax]", '[policy]\nname = "threshold"\ncalmm = 1\n[tax]')
    (mistake,) = seen(folder).mistakes
    assert "calmm" in str(mistake)
    assert mistake.line


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="there is no such folder"):
        seen(tmp_path / "nowhere")
