"""What tests of formats share: a text read as a file would be, and its rows as words."""

from __future__ import annotations

from textwrap import dedent

from trimtab.importers._catalogue import built_in
from trimtab.importers._recognise import recognise
from trimtab.importers._table import read_table
from trimtab.model.statements import Statement

__all__ = ["broken", "gains", "ignored", "lots", "moved", "positions", "read"]


def read(text: str) -> Statement:
    """The statement in a text, by the format that knows it."""
    lines = dedent(text).lstrip("\n")
    found = recognise(lines, built_in())
    assert found is not None, "no format knows it"
    return read_table(lines, found.format, found.delimiter, "download.csv", "digest")


def positions(statement: Statement) -> list[tuple[str, ...]]:
    """Account, symbol, quantity, value and cost of each position."""
    return [
        (one.account, one.instrument.symbol, *_words(one.quantity, one.value, one.cost))
        for one in statement.positions
    ]


def lots(statement: Statement) -> list[tuple[str, ...]]:
    """Account, symbol, quantity, cost and day of each lot."""
    return [
        (one.account, one.instrument.symbol, *_words(one.quantity, one.cost, one.acquired))
        for one in statement.lots
    ]


def moved(statement: Statement) -> list[tuple[str, ...]]:
    """Day, action, symbol, quantity and amount of each transaction."""
    return [
        (
            *_words(one.on, one.action.value),
            one.instrument.symbol if one.instrument else "",
            *_words(one.quantity, one.amount),
        )
        for one in statement.transactions
    ]


def gains(statement: Statement) -> list[tuple[str, ...]]:
    """Symbol, quantity, days, proceeds, cost, gain and term of each sale of a lot."""
    return [
        (
            one.instrument.symbol,
            *_words(one.quantity, one.acquired, one.sold, one.proceeds, one.cost, one.gain),
            one.term,
        )
        for one in statement.gains
    ]


def ignored(statement: Statement) -> list[tuple[int, str]]:
    """Line and rule of each row that was ignored."""
    return [(one.line, one.rule) for one in statement.ignored]


def broken(statement: Statement) -> list[tuple[int, str]]:
    """Line and reason of each row that could not be taken."""
    return [(one.line, one.reason) for one in statement.breaks]


def _words(*figures: object) -> tuple[str, ...]:
    return tuple("" if figure is None else str(figure) for figure in figures)
