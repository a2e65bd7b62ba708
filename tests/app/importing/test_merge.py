"""What an import comes to before anything is written."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.app.broker_files import contents
from tests.books.statement_parts import lists, lots, rows
from trimtab.app.importing.answer_entries import answer_entries
from trimtab.app.importing.answers import Answer
from trimtab.app.importing.commit import commit
from trimtab.app.importing.merge import Merge, merge
from trimtab.app.journal_folder import FolderJournal
from trimtab.books.entries import decision
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.statements import RowBreak, StatedAccount, Statement

TODAY = date(2024, 7, 31)
POSITIONS = lists("2024-06-28", "joint VTI 10 2600.00 2100.00", "ira VTI 3 780.00 700.00")
TRADES = rows("2024-07-01 joint buy VTI 2 -530.00")


def merged(folder: Path, *statements: Statement, **given: object) -> Merge:
    return merge(folder, statements, today=TODAY, **given)  # type: ignore[arg-type]


def written(folder: Path, *statements: Statement, **given: object) -> Merge:
    found = merged(folder, *statements, **given)
    commit(folder, found.entries, found.texts, found.after)
    return found


def of_files(found: Merge) -> list[str]:
    return sorted(name for name in found.texts if not name.startswith("imports/statement"))


def test_nothing_is_written_before_it_is_committed(tmp_path: Path) -> None:
    found = merged(tmp_path / "house", POSITIONS)
    assert of_files(found) == [
        "imports/breaks.json",
        "imports/names.toml",
        "lots.csv",
        "mandate.toml",
        "prices.csv",
    ]
    assert found.is_new
    assert not (tmp_path / "house").exists()


def test_the_journal_opens_with_the_currency_and_says_which_files_were_imported(
    tmp_path: Path,
) -> None:
    found = merged(tmp_path, POSITIONS)
    assert found.entries[0].details["base_currency"] == "USD"
    noted = [one.details["file"] for one in found.entries if one.id.startswith("imported ")]
    assert noted == ["positions-2024-06-28.csv"]


def test_an_entry_that_the_books_refuse_is_told_and_not_passed_over(tmp_path: Path) -> None:
    written(tmp_path, POSITIONS)
    assert not any("refused" in note for note in merged(tmp_path, POSITIONS).notes)
    FolderJournal(tmp_path).append([decision("noted once", TODAY, {})] * 2)
    (told,) = (note for note in merged(tmp_path, POSITIONS).notes if "refused" in note)
    assert told.startswith("1 of the journal's entries")
    assert "'noted once'" in told


def test_a_second_import_gives_only_what_is_new(tmp_path: Path) -> None:
    written(tmp_path, POSITIONS)
    found = written(tmp_path, POSITIONS, TRADES)
    assert [one.kind.value for one in found.entries if one.postings] == ["buy"]
    assert found.seen_before == ("positions-2024-06-28.csv",)
    assert found.new_accounts == ()


def test_no_entry_has_the_id_of_another(tmp_path: Path) -> None:
    entries: list[Entry] = []
    for statements in ((POSITIONS,), (TRADES,), (POSITIONS, TRADES)):
        entries += written(tmp_path, *statements).entries
    assert len({entry.id for entry in entries}) == len(entries)


@pytest.mark.parametrize("key", ["ira", "example ira"])
def test_an_account_is_the_one_that_was_named(tmp_path: Path, key: str) -> None:
    written(tmp_path, POSITIONS, accounts={key: "roth_of_mine"})
    assert "roth_of_mine" in (tmp_path / "lots.csv").read_text("utf-8")


def test_a_name_that_no_file_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        merged(tmp_path, POSITIONS, accounts={"irra": "roth"})
    assert "ira" in refused.value.remedy


def test_a_list_without_a_day_is_of_the_day_of_its_import_and_stays_so(tmp_path: Path) -> None:
    file = lots("", "joint VTI 10 2000.00 2020-01-02")
    written(tmp_path, file)
    later = merge(tmp_path, (), today=date(2025, 1, 2))
    assert later.done is not None
    assert later.done.holdings["example_joint"].as_of == TODAY


def test_a_row_that_could_not_be_read_is_an_open_break(tmp_path: Path) -> None:
    broken = replace(POSITIONS, breaks=(RowBreak(9, "bad_number", "'x' is no number"),))
    found = merged(tmp_path, broken)
    assert "row" in {one.kind.value for one in found.breaks}


def test_a_file_of_no_known_format_is_not_kept(tmp_path: Path) -> None:
    unknown = Statement("x.csv", "", "", "0" * 64, 3, breaks=(RowBreak(1, "unknown_format", "?"),))
    found = merged(tmp_path, POSITIONS, unknown)
    assert not any("0000000" in name for name in found.texts)
    assert not any(one.details.get("file") == "x.csv" for one in found.entries)


def test_an_answered_break_is_not_open(tmp_path: Path) -> None:
    first = written(tmp_path, POSITIONS)
    (one,) = (each for each in first.breaks if each.account == "example_joint")
    accept = Answer(accept=True)
    found = written(tmp_path, answers=lambda ledger: answer_entries(one, accept, ledger, TODAY))
    assert one.id in {each.id for each in first.breaks} - {each.id for each in found.breaks}
    assert one.id not in {each.id for each in merged(tmp_path, POSITIONS).breaks}


def test_the_base_currency_is_that_of_most_rows(tmp_path: Path) -> None:
    euros = lists("2024-06-28", "depot SAP 10 1800.00", "depot BMW 1 90.00", currency="EUR")
    dollars = lists("2024-06-28", "joint VTI 1 260.00")
    assert merged(tmp_path, euros, dollars).entries[0].details["base_currency"] == "EUR"


def test_files_that_name_their_accounts_come_first(tmp_path: Path) -> None:
    named = replace(POSITIONS, accounts=(StatedAccount("joint", "Our Joint"), StatedAccount("ira")))
    ids = [set(merged(tmp_path, *order).accounts) for order in ((named, TRADES), (TRADES, named))]
    assert ids[0] == ids[1] == {"example_our_joint", "example_ira"}


def test_of_two_imports_at_once_the_second_writes_nothing(tmp_path: Path) -> None:
    first, second = merged(tmp_path, POSITIONS), merged(tmp_path, POSITIONS, TRADES)
    commit(tmp_path, first.entries, first.texts, first.after)
    before = contents(tmp_path)
    with pytest.raises(InputError, match="another command added to it meanwhile"):
        commit(tmp_path, second.entries, second.texts, second.after)
    assert contents(tmp_path) == before
