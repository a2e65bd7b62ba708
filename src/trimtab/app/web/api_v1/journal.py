"""`/households/{household}/journal`: what was recorded, and whether it is whole.

Errors: problems; 404 for a household without a journal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from trimtab.app.as_json import finding_json
from trimtab.app.journal_folder import FolderJournal
from trimtab.app.store_journal import StoreJournal, journal_at
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, cursor_after, key_before
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_household import Finding
from trimtab.app.web.api.shapes_orders import Entry, EntryPage, Journal, Posting
from trimtab.app.web.api_v1.problems import not_found, refusal
from trimtab.app.web.security.gate import Seen, Viewing
from trimtab.books.chain import Record

__all__ = ["ROUTER"]

ROUTER = resource("journal", "/households/{household}/journal")


@ROUTER.get("")
def get_journal(seen: Viewing) -> Journal:
    """Check the whole journal: every hash is computed again."""
    with _opened(seen) as book:
        check = book.verify()
    return Journal(
        entries=check.entries,
        head=None if check.head is None else check.head.hash,
        is_whole=check.is_whole,
        findings=[Finding.model_validate(finding_json(one)) for one in check.findings],
    )


@ROUTER.get("/entries")
def list_entries(seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> EntryPage:
    """Entries in their order, each with its hash."""
    last = key_before(cursor)
    if last is not None and not re.fullmatch("[0-9]{1,18}", last):
        raise refusal(422, "query.cursor", "no page gave it", "", "leave it out to begin anew")
    begin = 0 if last is None else int(last)
    with _opened(seen) as book:
        records = book.some_records(begin, limit + 1)
    found = records[:limit]
    behind = cursor_after(str(found[-1].sequence)) if len(records) > limit else None
    return EntryPage(items=[_answer(one) for one in found], next_cursor=behind)


@contextmanager
def _opened(seen: Seen) -> Iterator[FolderJournal | StoreJournal]:
    """The household's journal: its file's, else its store's.

    Refuses: a household that has none.
    """
    book = journal_at(seen.one.folder)
    if isinstance(book, FolderJournal) and not book.exists:
        raise not_found("journal", "`trimtab journal open` begins one, and so does a run")
    try:
        yield book
    finally:
        if isinstance(book, StoreJournal):
            book.store.close()


def _answer(record: Record) -> Entry:
    entry = record.entry
    return Entry(
        sequence=record.sequence,
        hash=record.hash,
        id=entry.id,
        kind=entry.kind.value,
        on=entry.on,
        postings=[
            Posting(place=str(one.place), commodity=one.commodity, amount=one.amount, lot=one.lot)
            for one in entry.postings
        ],
        details=dict(entry.details),
    )
