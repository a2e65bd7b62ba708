"""The journal in a database: each household's entries, chained as `books.chain` does it.

A row holds an entry's canonical JSON and its hash; the hash before it stands in the row before.
The chain's end is a row of its own, moved in the same transaction, so that rows cut off it show.

Errors: those of the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from itertools import count as count_from
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, insert, select, update

from trimtab.books.chain import EMPTY, Head, canonical_record, sealed_texts
from trimtab.books.entry_json import entry_from, entry_text, quoted
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.stores.sql._tables import CHAINS, ENTRIES

__all__ = [
    "ROWS_AT_ONCE",
    "add_entries",
    "checked_chunks",
    "entries_of",
    "entry_named",
    "hash_at",
    "head_of",
    "ids_of",
    "lines_of",
]

ROWS_AT_ONCE = 5_000
"""Rows that are fetched together, so that a long journal needs little memory."""
NAMES_AT_ONCE = 500

_END = select(CHAINS.c.count, CHAINS.c.hash).where(CHAINS.c.household == bindparam("of"))
_MOVE_END = update(CHAINS).where(CHAINS.c.household == bindparam("of"))
_THERE = select(ENTRIES.c.id).where(
    ENTRIES.c.household == bindparam("of"), ENTRIES.c.id.in_(bindparam("names", expanding=True))
)
_OF = ENTRIES.c.household == bindparam("of")
_NAMED = select(ENTRIES.c.data).where(_OF, ENTRIES.c.id == bindparam("name"))
_HASH_AT = select(ENTRIES.c.hash).where(_OF, ENTRIES.c.sequence == bindparam("number"))
_ADD = insert(ENTRIES)


def head_of(connection: Connection, household: str) -> Head:
    """Where a household's chain ends."""
    row = connection.execute(_END, {"of": household}).one_or_none()
    return EMPTY if row is None else Head(row[0], row[1].hex())


def add_entries(connection: Connection, entries: Sequence[Entry], household: str) -> None:
    """Chain those entries whose ids are not there; the caller holds the household."""
    known = _known(connection, household, [entry.id for entry in entries])
    fresh: dict[str, Entry] = {}
    for entry in entries:
        if entry.id not in known:
            fresh.setdefault(entry.id, entry)
    if not fresh:
        return
    before = head_of(connection, household)
    texts = [entry_text(entry) for entry in fresh.values()]
    hashes = sealed_texts(texts, before)
    rows = [
        {"household": household, "sequence": number, "id": name, "hash": sealed, "data": text}
        for number, (name, text, sealed) in enumerate(
            zip(fresh, texts, map(bytes.fromhex, hashes), strict=True), start=before.count + 1
        )
    ]
    connection.execute(_ADD, rows)
    _put_head(connection, household, before, Head(before.count + len(rows), hashes[-1]))


def _put_head(connection: Connection, household: str, before: Head, head: Head) -> None:
    values = {"count": head.count, "hash": bytes.fromhex(head.hash)}
    if before == EMPTY:
        connection.execute(insert(CHAINS), {"household": household} | values)
    else:
        connection.execute(_MOVE_END, {"of": household} | values)


def _known(connection: Connection, household: str, names: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(names), NAMES_AT_ONCE):
        some = {"of": household, "names": names[start : start + NAMES_AT_ONCE]}
        found.update(connection.execute(_THERE, some).scalars())
    return found


def _rows(
    connection: Connection,
    household: str,
    *columns: Column[Any],
    beginning: str = "",
    after: int = 0,
    until: int | None = None,
) -> Iterator[Sequence[Sequence[Any]]]:
    """Chunks of a household's rows in order; the database keeps the rest until it is asked."""
    asked = select(*columns).where(ENTRIES.c.household == household)
    order: ColumnElement[Any] = ENTRIES.c.sequence
    if after:
        asked = asked.where(ENTRIES.c.sequence > after)
    if until is not None:
        asked = asked.where(ENTRIES.c.sequence <= until)
    if beginning:
        asked = asked.where(ENTRIES.c.id.startswith(beginning, autoescape=True))
        if connection.dialect.name == "sqlite":  # by its index; others sort texts by their rules
            upper = beginning[:-1] + chr(ord(beginning[-1]) + 1)
            asked = asked.where(ENTRIES.c.id >= beginning, ENTRIES.c.id < upper)
            order = order + 0  # the order as it stands would make it walk over the whole chain
    asked = asked.order_by(order)
    with connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from rows.partitions()


def entries_of(
    connection: Connection,
    household: str,
    beginning: str = "",
    after: int = 0,
    until: int | None = None,
) -> Iterator[Entry]:
    """A household's entries in order, those between two numbers, whose ids begin so.

    Refuses: a row that holds no entry, naming it.
    """
    for number, data in chain.from_iterable(
        _rows(
            *(connection, household, ENTRIES.c.sequence, ENTRIES.c.data),
            beginning=beginning,
            after=after,
            until=until,
        )
    ):
        try:
            yield entry_from(json.loads(data))
        except (InputError, ValueError, RecursionError) as error:
            fact = error.fact if isinstance(error, InputError) else "it is no JSON"
            remedy = "see `trimtab journal verify`"
            raise InputError(f"entry {number} of {household}", fact, "", remedy) from None


def entry_named(connection: Connection, household: str, name: str) -> Entry | None:
    """An entry by its id, none where there is none."""
    data = connection.execute(_NAMED, {"of": household, "name": name}).scalar_one_or_none()
    return None if data is None else entry_from(json.loads(data))


def ids_of(connection: Connection, household: str) -> frozenset[str]:
    """The ids of all entries of a household."""
    asked = select(ENTRIES.c.id).where(ENTRIES.c.household == household)
    return frozenset(connection.execute(asked).scalars())


def hash_at(connection: Connection, household: str, number: int) -> str:
    """The hash of an entry by its number; empty where there is none."""
    found = connection.execute(_HASH_AT, {"of": household, "number": number}).scalar_one_or_none()
    return "" if found is None else found.hex()


def checked_chunks(connection: Connection, household: str) -> Iterator[Sequence[Sequence[Any]]]:
    """Number, id, hash and text of every entry, each hash computed again, and the end compared.

    A start does this a million times: rows come and are checked in chunks.
    Refuses: a chain that is not as it was written, naming the first entry at which it shows.
    """
    number, previous = EMPTY.count, EMPTY.hash
    columns = (ENTRIES.c.sequence, ENTRIES.c.id, ENTRIES.c.hash, ENTRIES.c.data)
    for chunk in _rows(connection, household, *columns):
        sound = _sound(chunk, number + 1, previous)
        if not all(sound):
            place = number + 1 + sound.index(False)
            raise _broken(household, f"entry {place}", "it is not as it was written")
        number, previous = number + len(chunk), chunk[-1][2].hex()
        yield chunk
    end = head_of(connection, household)
    if end != Head(number, previous):
        fact = f"{number} are there, its recorded end says {end.count} ({end.hash[:12]})"
        raise _broken(household, "entries", fact)


def _sound(chunk: Sequence[Sequence[Any]], first: int, previous: str) -> list[bool]:
    """Of each row, whether its number, id and hash are those of its text and of the row before."""
    before = [previous, *(row[2].hex() for row in chunk)]
    return [
        sequence == number
        # As `canonical_record` writes it; a hash needs no quoting.
        and sha256(f'{{"entry":{data},"previous":"{last}","sequence":{number}}}'.encode()).digest()
        == sealed
        # In an entry's text, its id follows its details, and quotes within texts are escaped.
        and f'}},"id":{quoted(name)},"kind":' in data
        for number, last, (sequence, name, sealed, data) in zip(
            count_from(first), before, chunk, strict=False
        )
    ]


def _broken(household: str, what: str, fact: str) -> InputError:
    bound, remedy = "nothing starts on it", "see `trimtab journal verify`, compare with a backup"
    return InputError(f"journal of {household}, {what}", fact, bound, remedy)


def lines_of(
    connection: Connection, household: str, after: int = 0, until: int | None = None
) -> Iterator[str]:
    """A household's chain as lines, a record each, as `books.chain.verify` reads them.

    `after` and `until` are numbers of records, for a part of it.
    """
    columns = (ENTRIES.c.sequence, ENTRIES.c.hash, ENTRIES.c.data)
    previous = EMPTY.hash
    if after:
        there = (ENTRIES.c.household == household) & (ENTRIES.c.sequence == after)
        before = connection.execute(select(ENTRIES.c.hash).where(there)).scalar_one_or_none()
        if before is None:
            return
        previous = before.hex()
    rows = _rows(connection, household, *columns, after=after, until=until)
    for number, sealed, data in chain.from_iterable(rows):
        yield canonical_record(data, number, previous, sealed.hex())
        previous = sealed.hex()
