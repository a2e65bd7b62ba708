"""An import is written whole or not at all, wherever the machine stops."""

import errno
import os
import shutil
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.broker_files import LOTS, POSITIONS, TRADES, contents, files_in, imported, lots_of
from tests.app.commands_run import BAD_INPUT, run
from trimtab.app.importing.commit import PENDING, commit, finish_pending
from trimtab.app.journal_folder import FolderJournal
from trimtab.books.entries import deposit
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.stores._journal_file import JournalFile

STEPS_MAX = 200
KILLED = 9
needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork to be killed")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return files_in(tmp_path / "downloads", positions=POSITIONS, lots=LOTS, trades=TRADES)


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process that is killed at a write to the disk; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = step

        def counted(what: Callable[..., object]) -> Callable[..., object]:
            def called(*given: object, **named: object) -> object:
                nonlocal left
                if left == 0:
                    os._exit(KILLED)
                left -= 1
                return what(*given, **named)

            return called

        for name in ("replace", "fsync", "open", "unlink", "mkdir"):
            setattr(os, name, counted(getattr(os, name)))
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED


@needs_fork
@pytest.mark.parametrize(
    ("is_new", "then"),
    [(True, "check"), (False, "import")],
    ids=["a new household, then a check", "one that is there, then the import again"],
)
def test_killed_at_any_step_it_is_all_or_nothing(
    tmp_path: Path, files: list[Path], is_new: bool, then: str
) -> None:
    there = tmp_path / "there"
    if not is_new:
        imported(there, files[0])

    def begun(name: str) -> Path:
        house = tmp_path / name / "house"
        if not is_new:
            shutil.copytree(there, house)
        return house

    control = begun("control")
    before = contents(control) if control.exists() else {}
    imported(control, *files)
    after = contents(control)
    seen = set()
    for step in range(STEPS_MAX):
        house = begun(f"run {step}")
        was_killed = killed_at(step, lambda house=house: imported(house, *files))  # type: ignore[misc]
        if then == "import":
            imported(house, *files)
            expected = [after]
        else:
            run("check", house)
            expected = [before, after]
        found = {name: data for name, data in contents(house).items() if "interrupted" not in name}
        assert found in expected, f"killed at step {step}"
        seen.add(found == after)
        if not was_killed:
            break
    else:
        pytest.fail(f"it was not done after {STEPS_MAX} steps")
    assert seen == ({True} if then == "import" else {True, False})
    assert step > 10


def entries() -> list[Entry]:
    day = date(2024, 7, 1)
    return [deposit(f"d{n}", day, "joint", "USD", Decimal(n)) for n in range(1, 4)]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.99, 1.0])
def test_a_journal_that_was_cut_off_while_it_was_added_to_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    add = JournalFile._add

    def cut(self: JournalFile, data: bytes) -> None:
        add(self, data[: int(len(data) * share)])
        if data:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(JournalFile, "_add", cut)
        with pytest.raises(KeyboardInterrupt):
            commit(tmp_path, entries(), {"lots.csv": "new\n"})
    assert finish_pending(tmp_path)
    journal = FolderJournal(tmp_path)
    assert [entry.id for entry in journal.entries()] == ["d1", "d2", "d3"]
    assert journal.verify().is_whole
    assert (tmp_path / "lots.csv").read_text() == "new\n"
    assert not finish_pending(tmp_path)


def test_what_another_hand_left_behind_the_journals_head_is_not_written_over(
    tmp_path: Path,
) -> None:
    journal = FolderJournal(tmp_path)
    journal.append(entries()[:1])
    with journal.file.path.open("a") as file:
        file.write("not ours\n")
    with pytest.raises(InputError, match="stand behind its head"):
        commit(tmp_path, entries()[1:], {})


def test_entries_that_the_journal_has_are_not_added_again(tmp_path: Path) -> None:
    commit(tmp_path, entries(), {})
    (tmp_path / PENDING).write_text('{"entries":[],"texts":{"a.txt":"a"}}')
    assert finish_pending(tmp_path)
    assert len(FolderJournal(tmp_path).entries()) == len(entries())


def test_nothing_to_write_leaves_every_file_as_it_is(tmp_path: Path) -> None:
    commit(tmp_path, (), {"a.txt": "a\n"})
    stamp = (tmp_path / "a.txt").stat().st_mtime_ns
    commit(tmp_path, (), {"a.txt": "a\n"})
    assert (tmp_path / "a.txt").stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", '{"entries": 3, "texts": {}}', '{"entries": [{}], "texts": {}}',
     '{"texts": {}}', '{"entries": [], "texts": []}', '{"entries": [], "texts": {"../x": "y"}}'],
)  # fmt: skip
def test_a_pending_file_that_was_damaged_is_named_and_nothing_is_written(
    tmp_path: Path, files: list[Path], damaged: str
) -> None:
    house = tmp_path / "house"
    imported(house, files[0])
    (house / PENDING).write_text(damaged, "utf-8")
    before = contents(house)
    for command in (("check", house), ("breaks", house), ("plan", house)):
        result = run(*map(str, command))
        assert result.exit_code == BAD_INPUT
        assert "damaged" in result.output
        assert "pending.json" in result.output
    imported(house, files[1], code=BAD_INPUT)
    assert contents(house) == before
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.toml", "[accounts"),
        ("names.toml", "accounts = 3\n"),
        ("names.toml", "[accounts]\njoint = 3\n"),
        ("breaks.json", "{"),
        ("breaks.json", '{"a": 1}'),
        ("breaks.json", '[{"kind": "no such kind"}]'),
        ("statement", "{}"),
        ("statement", "[1, 2"),
        ("statement", '{"instruments": {"columns": ["nothing"], "rows": [[1]]}}'),
    ],
)
def test_a_kept_file_that_was_damaged_is_named(
    tmp_path: Path, files: list[Path], name: str, text: str
) -> None:
    house = tmp_path / "house"
    imported(house, files[0])
    (path,) = (one for one in (house / "imports").iterdir() if one.name.startswith(name))
    path.write_text(text, "utf-8")
    before = contents(house)
    command = ("plan", house) if name == "breaks.json" else ("breaks", house)
    result = run(*map(str, command))
    assert result.exit_code == BAD_INPUT
    assert path.name in result.output
    assert contents(house) == before


def full_disk(*given: object, **named: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_said_and_the_household_stays_as_it_was(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    house = tmp_path / "house"
    imported(house, files[0])
    before = contents(house)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, full_disk)
        said = imported(house, *files, code=BAD_INPUT)
    assert "No space left on device" in said
    assert contents(house) == before
    imported(house, *files)
    assert len(lots_of(house)) > 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, files: list[Path]) -> None:
    (tmp_path / "file").write_text("")
    said = imported(tmp_path / "file" / "house", *files, code=BAD_INPUT)
    assert "cannot be made" in said


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever is root may write anywhere"
)
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, files: list[Path]) -> None:
    house = tmp_path / "house"
    imported(house, files[0])
    (house / "imports").chmod(0o500)
    said = imported(house, *files, code=BAD_INPUT)
    (house / "imports").chmod(0o700)
    assert "cannot write" in said
