"""`trimtab export` writes what our own importer reads."""

import shutil
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.app.demo import DEMO_FILES, DEMO_FOLDER
from trimtab.importers.ofx import Ofx


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in DEMO_FILES:
        shutil.copy(DEMO_FOLDER / name, tmp_path / name)
    return tmp_path


def test_it_prints_an_ofx_file(folder: Path):
    done = run("export", folder, "--ofx")
    assert done.exit_code == DONE
    found = Ofx().read("x.ofx", done.stdout.encode(), "digest")
    assert [one.id for one in found.accounts] == ["joint", "ana_ira", "ben_roth"]


def test_it_writes_a_file_with_the_journal_s_transactions(folder: Path, tmp_path: Path):
    assert run("journal", "open", folder).exit_code == DONE
    goal = tmp_path / "out.ofx"
    done = run("export", folder, "--ofx", "--out", goal)
    assert done.exit_code == DONE, done.output
    found = Ofx().read("out.ofx", goal.read_bytes(), "digest")
    assert found.breaks == ()
    assert len(found.positions) > 40


def test_a_format_has_to_be_named(folder: Path):
    assert run("export", folder).exit_code == BAD_INPUT
