"""Damaged files are refused with what to do, or read with every row accounted for; never a defect.

`python -m benchmarks.import_fuzz` does the same for as long as one likes.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import import_fuzz
from benchmarks._import_damage import DAMAGES, GREAT_DAMAGES
from benchmarks.import_fuzz import FuzzRun, broken_promise, file_of, own_format
from tests.examples import examples
from trimtab.app.importing.reading import read_files
from trimtab.importers._catalogue import built_in

HEADER = b"Symbol,Quantity,Cost Basis,Date Acquired,Account\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@examples(150)
@given(seed=st.integers(0, 10**9))
def test_a_damaged_file_is_refused_or_accounted_for(folder: Path, seed: int):
    formats = own_format(folder)
    path = folder / "file.csv"
    data, how = file_of(seed, formats)
    path.write_bytes(data)
    assert broken_promise(path, formats, FuzzRun()) is None, how


@examples(150)
@given(data=st.binary(max_size=400), header=st.booleans())
def test_any_bytes_are_refused_or_accounted_for(folder: Path, data: bytes, header: bool):
    path = folder / "bytes.csv"
    path.write_bytes((HEADER if header else b"") + data)
    assert broken_promise(path, built_in(), FuzzRun()) is None


GREAT = {
    "a cell of a million characters": HEADER + b"VTI,1,2,2020-01-01," + b"x" * 1_000_000,
    "a quoted cell of a million characters": HEADER + b'VTI,1,2,"' + b"x" * 1_000_000 + b'",A',
    "a row of 100,000 cells": HEADER + b"1," * 100_000,
    "a header of 100,000 cells": b"Symbol,Quantity," * 50_000 + b"\nVTI,1\n",
    "100,000 open parentheses": HEADER + b"VTI," + b"(" * 100_000 + b",1,,",
    "50,000 open quotes": HEADER + b'"VTI,1\n' * 50_000,
    "200,000 blank lines": HEADER + b"\n" * 200_000 + b"VTI,1,2,2020-01-01,A\n",
    "elements within elements": b"<OFX>" + b"<A>" * 100_000,
    "elements of a report": b"<FlexQueryResponse>" + b"<A>" * 100_000,
    "entities within entities": (
        b'<!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;&b;">]><FlexQueryResponse>&c;'
    ),
    "nothing but commas": b"," * 1_000_000,
    "lines that nobody knows": b"a,b\n" * 300_000,
}


@pytest.mark.parametrize("data", GREAT.values(), ids=GREAT.keys())
def test_what_is_great_is_refused_or_accounted_for_soon(folder: Path, data: bytes, monkeypatch):
    path = folder / "great.csv"
    path.write_bytes(data)
    run = FuzzRun()
    assert broken_promise(path, built_in(), run) is None
    assert run.seconds_most < import_fuzz.SECONDS_MAX


def test_one_bad_file_stops_no_other(folder: Path):
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    good = folder / "good.csv"
    good.write_bytes(HEADER + b"VTI,1,2,2020-01-01,A\n")
    outcomes = read_files([pipe, folder, folder / "none.csv", good], built_in())
    assert [one.error is None for one in outcomes] == [False, False, False, True]
    assert [one.statement.taken for one in outcomes] == [0, 0, 0, 1]


def test_a_seed_is_a_file():
    formats = built_in()
    assert file_of(5, formats) == file_of(5, formats)
    assert len({file_of(seed, formats)[0] for seed in range(20)}) > 15
    assert {one.name for one in DAMAGES}.isdisjoint(one.name for one in GREAT_DAMAGES)


def test_a_broken_promise_is_seen(folder: Path, monkeypatch):
    """Planted: a reader with a defect, and a row that is lost."""
    path = folder / "planted.csv"
    path.write_bytes(HEADER + b"VTI,1,2,2020-01-01,A\n")
    monkeypatch.setattr("trimtab.importers._values.NumberStyle.read", lambda *_: 1 / 0)
    assert "ZeroDivisionError" in (broken_promise(path, built_in(), FuzzRun()) or "")
    monkeypatch.undo()
    monkeypatch.setattr("trimtab.importers._tally.Tally.ignore", lambda *_: None)
    assert "every row is taken" in (broken_promise(path, built_in(), FuzzRun()) or "")
