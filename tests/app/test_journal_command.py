"""`trimtab journal` as a person meets it: screens, JSON and exit codes."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, write_household
from trimtab.app.cli import main
from trimtab.app.journal_folder import FolderJournal
from trimtab.books.entries import deposit
from trimtab.books.lot_entries import sell, split
from trimtab.books.relief import LotUnits
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError

DAY = date(2022, 10, 12)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A household whose journal is open, with a sale and a split in it."""
    home = write_household(tmp_path / "home")
    assert main(["journal", "open", str(home), "--as-of", AS_OF]) == 0
    book = FolderJournal(home)
    books, _ = book.books()
    lot = next(lot for lot in books.lots.values() if lot.account == "joint" and lot.quantity == 100)
    units = [LotUnits(lot.id, Decimal(40))]
    book.append([sell("sale 1", DAY, books, units, Decimal(4040))])
    book.append([split("split 1", DAY, book.books()[0], "BND", 2, 1)])
    return home


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output in one line, and standard error of a command."""
    capsys.readouterr()
    code = main(["journal", *arguments])
    out, err = capsys.readouterr()
    return code, " ".join(out.split()), " ".join(err.split())


def test_a_whole_journal_is_said_to_be_whole_with_its_head(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ask(capsys, "verify", str(folder))
    assert code == 0
    assert "The journal is whole: 7 entries." in out
    assert f"Head: {FolderJournal(folder).records()[-1].hash} (entry 7)" in out


def test_replay_gives_the_lots_cash_and_gains(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = ask(capsys, "replay", str(folder), "--json")
    answer = json.loads(out)
    assert code == 0
    lots = {(lot["account"], lot["instrument"]): lot for lot in answer["lots"]}
    assert lots["joint", "VTI"]["quantity"] == "60"
    assert lots["joint", "VTI"]["basis"] == "5400.00"
    assert lots["joint", "BND"]["quantity"].startswith("100")
    assert lots["ira", "VTI"]["basis"] is None
    assert answer["cash"] == [{"account": "joint", "currency": "USD", "amount": "5540"}]
    assert [(one["gain"], one["term"]) for one in answer["realized"]] == [("440.00", "long")]


def test_replay_up_to_a_day_leaves_out_what_came_later(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = ask(capsys, "replay", str(folder), "--as-of", AS_OF, "--json")
    assert json.loads(out)["realized"] == []


def test_the_screens_show_entries_and_books(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, shown, _ = ask(capsys, "show", str(folder), "--last", "2")
    assert "sale 1" in shown
    assert "gain +440.00" in shown
    assert "opening" not in shown
    _, books, _ = ask(capsys, "replay", str(folder))
    assert "$5,400.00" in books
    assert "Realised in 2022: short-term $0.00, long-term $440.00" in books


def test_the_entries_as_json_are_those_recorded(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = ask(capsys, "show", str(folder), "--json")
    shown = json.loads(out)
    assert [one["sequence"] for one in shown] == list(range(1, 8))
    assert shown[0]["entry"]["details"]["base_currency"] == "USD"


def alter(text: str) -> str:
    return text.replace('"4040"', '"4041"')


def remove_third(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join((*lines[:2], *lines[3:]))


def swap(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join((lines[0], lines[2], lines[1], *lines[3:]))


def cut_off(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (alter, "journal_altered"),
        (remove_third, "journal_removed"),
        (swap, "journal_reordered"),
        (cut_off, "journal_truncated"),
        (lambda text: text + '{"half', "journal_torn"),
        (lambda text: "%\n" + text, "journal_unreadable"),
    ],
)
def test_a_change_to_the_file_is_found_and_ends_in_code_one(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[str], str],
    code: str,
) -> None:
    path = folder / "journal.jsonl"
    path.write_text(change(path.read_text()))
    exit_code, out, _ = ask(capsys, "verify", str(folder), "--json")
    answer = json.loads(out)
    assert exit_code == 1
    assert not answer["whole"]
    assert code in [finding["code"] for finding in answer["findings"]]


def test_showing_a_journal_that_is_not_whole_warns_on_standard_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "journal.jsonl"
    path.write_text(alter(path.read_text()))
    code, _, err = ask(capsys, "show", str(folder))
    assert code == 1
    assert "entry 6 (sale 1): its content does not match its hash" in err


def test_a_cut_off_journal_is_not_replayed_as_if_it_were_whole(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "journal.jsonl"
    path.write_text(cut_off(path.read_text()))
    code, out, err = ask(capsys, "replay", str(folder))
    assert (code, out) == (2, "")
    assert "1 of 7 entries are missing at its end" in err


def test_a_journal_and_head_written_anew_show_against_a_noted_head(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted = FolderJournal(folder).records()[-1].hash
    assert ask(capsys, "verify", str(folder), "--noted", noted[:16])[0] == 0
    for name in ("journal.jsonl", "journal.head"):
        (folder / name).unlink()
    assert main(["journal", "open", str(folder), "--as-of", AS_OF]) == 0
    assert ask(capsys, "verify", str(folder))[0] == 0
    code, out, _ = ask(capsys, "verify", str(folder), "--noted", noted[:16])
    assert code == 1
    assert "the chain was written anew" in out


def test_an_entry_that_the_books_refuse_is_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lopsided = Entry("bad", EntryKind.FEE, DAY, (Posting("joint", "USD", Decimal(-5)),))
    FolderJournal(folder).append([lopsided])
    code, out, _ = ask(capsys, "verify", str(folder))
    assert code == 1
    assert "its postings leave -5 USD over" in out
    assert ask(capsys, "replay", str(folder))[0] == 1


def test_an_interrupted_write_is_mended_without_loss(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "journal.jsonl").open("a") as file:
        file.write('{"half')
    code, out, _ = ask(capsys, "mend", str(folder))
    assert code == 0
    assert "Moved 6 bytes" in out
    assert (folder / "journal.interrupted").read_text() == '{"half\n'
    assert ask(capsys, "verify", str(folder))[0] == 0
    assert "Nothing to mend" in ask(capsys, "mend", str(folder))[1]


def test_a_lost_head_is_adopted_only_when_asked_and_only_for_a_whole_chain(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "journal.head").unlink()
    assert ask(capsys, "verify", str(folder))[0] == 1
    assert "--adopt" in ask(capsys, "mend", str(folder))[2]
    path = folder / "journal.jsonl"
    whole = path.read_text()
    path.write_text(alter(whole))
    assert "only a whole chain is adopted" in ask(capsys, "mend", str(folder), "--adopt")[2]
    path.write_text(whole)
    assert ask(capsys, "mend", str(folder), "--adopt")[0] == 0
    assert ask(capsys, "verify", str(folder))[0] == 0


def test_a_journal_is_opened_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = ask(capsys, "open", str(folder), "--as-of", AS_OF)
    assert code == 2
    assert "it has 7 entries already" in err


@pytest.mark.parametrize("command", ["verify", "show", "replay", "mend"])
def test_a_folder_without_a_journal_is_told_how_to_begin_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    code, out, err = ask(capsys, command, str(tmp_path))
    assert (code, out) == (2, "")
    assert "`trimtab journal open DIR` begins one" in err


def test_an_append_takes_all_entries_or_none(folder: Path) -> None:
    book = FolderJournal(folder)
    book.append([])
    assert len(book.records()) == 7
    book.append(deposit(f"d{n}", DAY, "joint", "USD", Decimal(n)) for n in (1, 2))
    assert [entry.id for entry in book.entries()][-2:] == ["d1", "d2"]


@pytest.mark.parametrize("name", ["journal.jsonl", "journal.head"])
def test_no_byte_of_a_journal_can_change_unseen(tmp_path: Path, name: str) -> None:
    book = FolderJournal(tmp_path)
    details = {"household": "Müller \N{REPLACEMENT CHARACTER}"}  # what a decoder would put instead
    book.append([Entry("opened", EntryKind.DECISION, DAY, (), details)])
    path = tmp_path / name
    whole = path.read_bytes()
    assert not book.verify().findings
    unseen = []
    for place, byte in enumerate(whole):
        for other in {byte ^ 0x01, byte ^ 0x20, byte ^ 0x80, 0x20, 0xFF} - {byte}:
            path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
            try:
                seen = bool(book.verify().findings)
            except InputError as error:
                seen = error.file is not None
            if not seen:
                unseen.append((place, byte, other))
    assert not unseen


def test_bytes_that_are_no_text_are_named_with_their_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"sale 1", b"sale \xff", 1))
    code, out, _ = ask(capsys, "verify", str(folder))
    assert code == 1
    assert "line 6: character" in out
    assert "not UTF-8" in out
