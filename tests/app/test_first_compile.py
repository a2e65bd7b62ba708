from pathlib import Path
from types import SimpleNamespace

import pytest

import trimtab.quant.solver as solver
from trimtab.app.first_compile import COMPILE_NOTE, needs_compiling
from trimtab.app.screens.words import warn_of_compiling


def entry(folder: Path, signatures: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(
        signatures=signatures,
        py_func=solver.solve_range.py_func,
        stats=SimpleNamespace(cache_path=str(folder)),
    )


def test_an_empty_cache_is_announced_before_the_first_solve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(solver, "solve_range", entry(tmp_path))
    assert needs_compiling()
    warn_of_compiling()
    out, err = capsys.readouterr()
    assert (out, err.split()) == ("", COMPILE_NOTE.split())


def test_a_cache_of_this_very_entry_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = solver.solve_range.py_func.__code__.co_firstlineno
    monkeypatch.setattr(solver, "solve_range", entry(tmp_path))
    (tmp_path / f"solver.solve_range-{line + 1}.py311.nbi").touch()  # an older source's
    assert needs_compiling()
    (tmp_path / f"solver.solve_range-{line}.py311.nbi").touch()
    assert not needs_compiling()


def test_neither_is_what_this_process_has_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver, "solve_range", entry(tmp_path, signatures=("compiled",)))
    assert not needs_compiling()
