"""A statement that is kept beside the household is read as it was."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books.statement_parts import lists, lots, rows, sales
from trimtab.app.importing.store import kept_statements, statement_file, statement_text
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import (
    Action,
    IgnoredRow,
    RowBreak,
    StatedAccount,
    StatedGain,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**15))
lines = st.integers(1, 10**6)
instruments = st.builds(
    StatedInstrument, words, words, st.none() | st.sampled_from(InstrumentKind), words, words,
    st.booleans(),
)  # fmt: skip
maybe = st.none() | numbers
days = st.none() | st.dates()
statements = st.builds(
    Statement,
    words,
    words,
    words,
    st.just("ab" * 32),
    lines,
    days,
    st.tuples(st.builds(StatedAccount, words, words, words)),
    st.lists(
        st.builds(StatedPosition, lines, words, instruments, maybe, maybe, maybe, maybe, words),
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(
            StatedLot, lines, words, instruments, numbers, maybe, days, maybe, maybe, words,
            st.none() | st.booleans(), words,
        ),
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(
            StatedTransaction, lines, words, st.dates(), st.sampled_from(Action),
            st.none() | instruments, maybe, maybe, maybe, maybe, words, days, words, words,
        ),
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(
            StatedGain, lines, words, instruments, maybe, days, days, maybe, maybe, maybe, maybe,
            words, words,
        ),
        max_size=2,
    ).map(tuple),
    st.tuples(st.builds(IgnoredRow, lines, words)),
    st.tuples(st.builds(RowBreak, lines, words, words, words)),
    st.dictionaries(words, numbers, max_size=2),
)  # fmt: skip


def keep(folder: Path, statement: Statement) -> None:
    path = folder / statement_file(statement)
    path.parent.mkdir(exist_ok=True)
    path.write_text(statement_text(statement), "utf-8")


@given(statements)
def test_every_statement_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, statement: Statement
) -> None:
    folder = tmp_path_factory.mktemp("house")
    keep(folder, statement)
    assert kept_statements(folder) == (statement,)


def test_digits_and_unknowns_stay(tmp_path: Path) -> None:
    one = lists("2024-06-28", "joint VTI 10.500 2600.00 -", "joint ANNUITY - 5000.25")
    keep(tmp_path, one)
    (read,) = kept_statements(tmp_path)
    assert [(str(p.quantity), str(p.value), p.cost) for p in read.positions] == [
        ("10.500", "2600.00", None),
        ("None", "5000.25", None),
    ]


def test_each_statement_has_a_file_of_its_own(tmp_path: Path) -> None:
    every = (
        lots("2024-06-28", "joint VTI 1 1.00 2020-01-02"),
        rows("2024-07-01 joint buy VTI 5 -1310.00"),
        sales("joint VTI 1 2020-01-02 2024-06-03 1.00 2.00"),
    )
    for one in every:
        keep(tmp_path, one)
    assert {one.digest for one in kept_statements(tmp_path)} == {one.digest for one in every}


def test_huge_and_tiny_numbers_are_written_out(tmp_path: Path) -> None:
    file = lots("2024-06-28", "joint VTI 1 1.00 2020-01-02")
    huge = replace(file.lots[0], quantity=Decimal("1E+20"), cost=Decimal("1E-12"))
    keep(tmp_path, replace(file, lots=(huge,)))
    assert kept_statements(tmp_path)[0].lots[0] == huge


def test_a_household_without_imports_has_none(tmp_path: Path) -> None:
    assert kept_statements(tmp_path) == ()


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    keep(tmp_path, lists("2024-06-28", "joint VTI 1 1.00"))
    (path,) = (tmp_path / "imports").iterdir()
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(InputError) as refused:
        kept_statements(tmp_path)
    assert str(path) == refused.value.file
