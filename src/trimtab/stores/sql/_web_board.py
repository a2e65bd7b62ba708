"""A row a household, for the adviser's board: filtered, sorted, paged and counted by the database.

The rows follow from households' files and journals, and can be computed again at any time.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, case, delete, func, not_, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from trimtab.model.web_board import ANYBODY, NOT_THEM, BoardFlag, Summary
from trimtab.stores.sql._web_tables import SUMMARIES
from trimtab.stores.sql.engine import reading, writing

__all__ = ["Board", "BoardSort"]

ROWS_AT_ONCE = 500
"""Rows of one statement; databases bound how many values it may have."""
_S = SUMMARIES.c
_FLAGS = tuple(BoardFlag)
_FIELDS = (
    *(_S.household, _S.name, _S.updated_at, _S.value, _S.currency, _S.drift, _S.band),
    *(_S.farthest, _S.cash, _S.harvest, _S.words),
)
_ROWS = select(*_FIELDS, _S.waits, *(_S[flag.value] for flag in _FLAGS))
_PART = "\n"
"""Between names; no name has it."""


class BoardSort(StrEnum):
    """What the rows are sorted by."""

    NAME = "name"
    VALUE = "value"
    DRIFT = "drift"
    CASH = "cash"
    UPDATED = "updated"


_KEYS: Mapping[BoardSort, ColumnElement[Any]] = {
    BoardSort.NAME: _S.name,
    BoardSort.VALUE: _S.value,
    BoardSort.DRIFT: func.abs(_S.drift),
    BoardSort.CASH: _S.cash,
    BoardSort.UPDATED: _S.updated_at,
}


class Board:
    """The rows of all households."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def put(self, summaries: Iterable[Summary]) -> None:
        """Keep rows; one that is there is replaced, all in one transaction."""
        rows = [_row(one) for one in summaries]
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        with writing(self.engine) as connection:
            for start in range(0, len(rows), ROWS_AT_ONCE):
                put = dialect.insert(SUMMARIES)
                fresh = {name: put.excluded[name] for name in rows[0] if name != "household"}
                put = put.on_conflict_do_update(index_elements=["household"], set_=fresh)
                connection.execute(put, rows[start : start + ROWS_AT_ONCE])

    def page(
        self,
        limit: int,
        offset: int = 0,
        *,
        flags: Sequence[BoardFlag] = (),
        words: str = "",
        sort: BoardSort = BoardSort.NAME,
        descending: bool = False,
        among: frozenset[str] | None = None,
        person: str = "",
    ) -> tuple[Summary, ...]:
        """Rows that have all of the flags and hold the words in their name, in order.

        `among` are the households that may be seen, none for all; with a `person`, only what waits
        for their word counts as waiting.
        """
        key = _KEYS[sort].desc() if descending else _KEYS[sort]
        asked = _filtered(_ROWS, flags, words, among, person).order_by(key, _S.household)
        with reading(self.engine) as connection:
            return tuple(map(_summary, connection.execute(asked.limit(limit).offset(offset))))

    def of(self, household: str) -> Summary | None:
        """The row of a household."""
        with reading(self.engine) as connection:
            row = connection.execute(_ROWS.where(_S.household == household)).one_or_none()
        return None if row is None else _summary(row)

    def count(
        self,
        *,
        flags: Sequence[BoardFlag] = (),
        words: str = "",
        among: frozenset[str] | None = None,
        person: str = "",
    ) -> int:
        """How many rows a page's filter finds in all."""
        asked = _filtered(select(func.count()).select_from(SUMMARIES), flags, words, among, person)
        with reading(self.engine) as connection:
            found: int = connection.execute(asked).scalar_one()
        return found

    def counts(
        self, among: frozenset[str] | None = None, person: str = ""
    ) -> Mapping[BoardFlag, int]:
        """How many households each tile counts, in one pass; `person` as in `page`."""
        is_so = [_has(flag, person) for flag in _FLAGS]
        sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in is_so]
        asked = _filtered(select(*sums).select_from(SUMMARIES), (), "", among)
        with reading(self.engine) as connection:
            row = connection.execute(asked).one()
        return {flag: int(found) for flag, found in zip(_FLAGS, row, strict=True)}

    def drifts(self, among: frozenset[str] | None = None) -> tuple[tuple[str, float, float], ...]:
        """Household, drift and band of everyone, for the strip of dots."""
        asked = _filtered(select(_S.household, _S.drift, _S.band), (), "", among)
        with reading(self.engine) as connection:
            return tuple((row[0], row[1], row[2]) for row in connection.execute(asked))

    def remove(self, households: Iterable[str]) -> None:
        """Take rows of households away that are no more."""
        names = list(households)
        with writing(self.engine) as connection:
            for start in range(0, len(names), ROWS_AT_ONCE):
                some = names[start : start + ROWS_AT_ONCE]
                connection.execute(delete(SUMMARIES).where(_S.household.in_(some)))


def _row(one: Summary) -> dict[str, object]:
    row: dict[str, object] = {column.name: getattr(one, column.name) for column in _FIELDS}
    row["waits"] = _PART.join(("", *sorted(one.waits), "")) if one.waits else ""
    return row | {flag.value: flag in one.flags for flag in _FLAGS}


def _summary(row: Sequence[Any]) -> Summary:
    waits, *is_set = row[len(_FIELDS) :]
    flags = frozenset(flag for flag, is_so in zip(_FLAGS, is_set, strict=True) if is_so)
    names = frozenset(name for name in str(waits).split(_PART) if name)
    return replace(Summary(*row[: len(_FIELDS)]), flags=flags, waits=names)


def _has(flag: BoardFlag, person: str) -> ColumnElement[Any]:
    """Whether a row has a flag; of what waits, whether it waits for a person where one is named."""
    if flag is not BoardFlag.WAITING or not person:
        return _S[flag.value]

    def names(name: str) -> ColumnElement[bool]:
        return _S.waits.contains(f"{_PART}{name}{_PART}", autoescape=True)

    return or_(names(person), and_(names(ANYBODY), not_(names(f"{NOT_THEM}{person}"))))


def _filtered(
    asked: Select[Any],
    flags: Sequence[BoardFlag],
    words: str,
    among: frozenset[str] | None,
    person: str = "",
) -> Select[Any]:
    for flag in flags:
        asked = asked.where(_has(flag, person))
    if words:
        named = _S.name.icontains(words, autoescape=True)
        asked = asked.where(or_(named, _S.household.icontains(words, autoescape=True)))
    if among is not None:
        asked = asked.where(_S.household.in_(sorted(among)))
    return asked
