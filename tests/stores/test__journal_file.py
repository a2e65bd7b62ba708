"""The journal's file: all of a batch or none, and nothing dropped in silence."""

import multiprocessing
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from trimtab.model.errors import InputError
from trimtab.stores import _journal_file as journal_file
from trimtab.stores._journal_file import JournalFile, StoredHead


def add(folder: Path, *lines: str, seal: str = "") -> None:
    JournalFile(folder).append(lambda _: (lines, seal or lines[-1]))


def test_lines_come_back_in_order_with_the_last_seal(tmp_path: Path) -> None:
    add(tmp_path, "one", "two")
    add(tmp_path, "three – drei", seal="S")
    text = JournalFile(tmp_path).read()
    assert text.lines == ("one", "two", "three – drei")
    assert (text.torn, text.is_interrupted) == ("", False)
    assert text.head == StoredHead(text.length, "S")


def test_an_append_is_given_the_last_seal(tmp_path: Path) -> None:
    seals: list[str | None] = []

    def make(seal: str | None) -> tuple[Sequence[str], str]:
        seals.append(seal)
        return ["line"], f"after {seal}"

    JournalFile(tmp_path).append(make)
    JournalFile(tmp_path).append(make)
    assert seals == [None, "after None"]


def test_nothing_is_written_when_the_lines_cannot_be_made(tmp_path: Path) -> None:
    add(tmp_path, "one")

    def fails(_: str | None) -> tuple[Sequence[str], str]:
        raise InputError("entry", "it cannot be")

    with pytest.raises(InputError):
        JournalFile(tmp_path).append(fails)
    assert JournalFile(tmp_path).read().lines == ("one",)


def test_half_a_line_after_a_crash_is_named_and_stops_the_next_append(tmp_path: Path) -> None:
    add(tmp_path, "one")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write("tw")
    text = JournalFile(tmp_path).read()
    assert (text.lines, text.torn, text.is_interrupted) == (("one",), "tw", True)
    with pytest.raises(InputError, match="2 bytes stand behind its head"):
        add(tmp_path, "three")
    assert JournalFile(tmp_path).read().torn == "tw"


def test_whole_lines_behind_the_head_stop_it_too(tmp_path: Path) -> None:
    add(tmp_path, "one")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write("two\n")
    with pytest.raises(InputError, match="writing was interrupted"):
        add(tmp_path, "three")


def test_what_was_interrupted_is_set_aside_and_kept(tmp_path: Path) -> None:
    add(tmp_path, "one")
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write("two\nthr")
    assert JournalFile(tmp_path).set_aside() == "two\nthr"
    assert (tmp_path / "journal.interrupted").read_text() == "two\nthr\n"
    add(tmp_path, "four")
    assert JournalFile(tmp_path).read().lines == ("one", "four")


def test_a_crash_before_the_head_is_written_leaves_none_of_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path, "one")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal_file.os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            add(tmp_path, "two", "three")
    assert JournalFile(tmp_path).read().is_interrupted
    assert JournalFile(tmp_path).set_aside() == "two\nthree\n"
    assert JournalFile(tmp_path).read().lines == ("one",)


def test_lines_are_on_the_disk_before_the_head_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path, "one")
    steps: list[str] = []
    replace = os.replace

    def note_replace(source: str, goal: Path) -> None:
        steps.append(f"replace {goal.name}")
        replace(source, goal)

    monkeypatch.setattr(journal_file, "_to_disk", lambda _: steps.append("sync"))
    monkeypatch.setattr(journal_file.os, "replace", note_replace)
    add(tmp_path, "two")
    assert steps == ["sync", "sync", "replace journal.head"]


def test_a_journal_shorter_than_its_head_is_not_added_to(tmp_path: Path) -> None:
    add(tmp_path, "one", "two")
    (tmp_path / "journal.jsonl").write_text("one\n")
    with pytest.raises(InputError, match="its end is missing"):
        add(tmp_path, "three")


def test_a_journal_without_its_head_is_not_added_to_until_it_is_adopted(tmp_path: Path) -> None:
    add(tmp_path, "one")
    (tmp_path / "journal.head").unlink()
    with pytest.raises(InputError, match=r"journal\.head is missing"):
        add(tmp_path, "two")
    with pytest.raises(InputError, match=r"journal\.head is missing"):
        JournalFile(tmp_path).set_aside()
    JournalFile(tmp_path).adopt("S")
    add(tmp_path, "two")
    assert JournalFile(tmp_path).read().lines == ("one", "two")


@pytest.mark.parametrize("text", ["", "[]", '{"length": -1, "seal": ""}', '{"length": "4"}'])
def test_a_broken_head_is_refused_by_name(tmp_path: Path, text: str) -> None:
    add(tmp_path, "one")
    (tmp_path / "journal.head").write_text(text)
    with pytest.raises(InputError, match="does not hold a length and a seal"):
        JournalFile(tmp_path).read()


def test_bytes_that_are_no_text_stay_apart_from_any_text(tmp_path: Path) -> None:
    add(tmp_path, "one")
    (tmp_path / "journal.jsonl").write_bytes(b"o\xffe\n")
    assert JournalFile(tmp_path).read().lines == ("o\udcffe",)


def test_an_empty_folder_has_no_journal(tmp_path: Path) -> None:
    file = JournalFile(tmp_path)
    assert not file.exists
    assert file.read().lines == ()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        add(tmp_path / "none", "one")


def test_a_busy_journal_is_refused_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "LOCK_SECONDS_MAX", 0.0)
    monkeypatch.setattr(journal_file, "_try_lock", lambda _: False)
    with pytest.raises(InputError, match="another process has been writing"):
        add(tmp_path, "one")


def _add_many(folder: Path, name: str) -> None:
    for number in range(10):
        add(folder, f"{name}{number}a", f"{name}{number}b")


def test_processes_that_write_at_once_never_mix_their_batches(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add_many, args=(tmp_path, name)) for name in "xy"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    lines = JournalFile(tmp_path).read().lines
    assert len(lines) == 40
    assert all(
        first[:-1] == second[:-1] for first, second in zip(lines[::2], lines[1::2], strict=True)
    )
