"""The hash chain finds every change to a journal, and names its place."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.chain import (
    EMPTY,
    GENESIS,
    Head,
    line_of,
    record_from,
    seal,
    verify,
)
from trimtab.books.entries import deposit
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError

DAY = date(2025, 6, 2)
ENTRIES = tuple(
    deposit(f"e{number}", DAY, "joint", "USD", Decimal(100 * number)) for number in range(1, 7)
)
RECORDS = seal(ENTRIES)
LINES = tuple(line_of(record) for record in RECORDS)
HEAD = Head(6, RECORDS[-1].hash)


def codes(lines: tuple[str, ...], head: Head | None = HEAD) -> list[str]:
    return [finding.code for finding in verify(lines, head)]


def only(lines: tuple[str, ...], head: Head | None = HEAD) -> str:
    (finding,) = verify(lines, head)
    return f"{finding.subject}: {finding.message}"


def test_the_first_record_follows_sixty_four_zeros_and_each_the_hash_before_it() -> None:
    assert RECORDS[0].previous == GENESIS == "0" * 64
    assert [one.previous for one in RECORDS[1:]] == [one.hash for one in RECORDS[:-1]]
    assert [one.sequence for one in RECORDS] == [1, 2, 3, 4, 5, 6]


def test_a_whole_chain_has_nothing_to_find() -> None:
    assert verify(LINES, HEAD) == ()
    assert verify((), EMPTY) == ()


def test_a_chain_grown_in_two_steps_is_the_same_chain() -> None:
    first = seal(ENTRIES[:2])
    assert (*first, *seal(ENTRIES[2:], Head(2, first[-1].hash))) == RECORDS


def test_the_hash_does_not_change_between_versions() -> None:
    assert RECORDS[0].hash == "99b149932c311442b571ee168ca366b728c7f015d7fecf9e0243e6646f0e1e6a"


def test_an_altered_amount_is_found_at_its_entry() -> None:
    lines = (*LINES[:2], LINES[2].replace("300", "301"), *LINES[3:])
    assert only(lines) == "line 3, entry 3 (e3): its content does not match its hash"


def test_an_altered_entry_with_a_new_hash_is_found_at_the_next() -> None:
    forged = seal([deposit("e3", DAY, "joint", "USD", Decimal(1))], Head(2, RECORDS[1].hash))
    lines = (*LINES[:2], line_of(forged[0]), *LINES[3:])
    assert only(lines).startswith("line 4, entry 4 (e4): it was written after another entry 3")


def test_a_removed_entry_is_named_by_its_number() -> None:
    lines = (*LINES[:1], *LINES[3:])
    assert "line 2, entry 4 (e4): before it, numbers 2 to 3 are missing" in str(
        [str(finding) for finding in verify(lines, HEAD)]
    )


def test_a_removed_beginning_is_named() -> None:
    assert "before it, number 1 is missing" in str(verify(LINES[1:], HEAD)[0])


def test_a_cut_off_end_shows_against_the_head_only() -> None:
    assert only(LINES[:4]) == "the journal's end: 2 entries of 6 missing"
    assert codes(LINES[:4], None) == ["journal_no_head"]


def test_a_doubled_entry_is_found() -> None:
    assert "journal_inserted" in codes((*LINES[:3], *LINES[2:]))


def test_an_inserted_forgery_is_found() -> None:
    forged = seal([deposit("x", DAY, "joint", "USD", Decimal(1))], Head(2, RECORDS[1].hash))
    found = codes((*LINES[:2], line_of(forged[0]), *LINES[2:]))
    assert "journal_inserted" in found
    assert "journal_replaced" in found


def test_two_entries_that_changed_places_are_found() -> None:
    lines = (*LINES[:2], LINES[3], LINES[2], *LINES[4:])
    assert only(lines) == "line 4, entry 3 (e3): it stands after number 4"


def test_a_chain_written_anew_shows_against_the_head_only() -> None:
    anew = tuple(line_of(record) for record in seal(ENTRIES[::-1]))
    assert codes(anew) == ["journal_rewritten"]
    assert codes(anew, None) == ["journal_no_head"]


def test_entries_behind_the_head_are_named() -> None:
    more = seal([deposit("x", DAY, "joint", "USD", Decimal(1))], HEAD)
    assert codes((*LINES, line_of(more[0]))) == ["journal_unrecorded"]


def test_a_line_that_is_no_record_is_named() -> None:
    found = verify((*LINES[:2], "%%%", *LINES[3:]), HEAD)
    assert str(found[0]) == "line 3: it is no record: the line is not JSON"


@pytest.mark.parametrize("change", [" ", "\t", "\r"])
def test_a_change_that_only_shows_in_the_text_is_found(change: str) -> None:
    lines = (LINES[0] + change, *LINES[1:])
    assert codes(lines) == ["journal_altered"]


@given(st.data())
def test_every_changed_character_is_found(data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(LINES) - 1))
    place = data.draw(st.integers(0, len(LINES[number]) - 1))
    letter = data.draw(st.characters(codec="utf-8", exclude_characters=LINES[number][place]))
    line = LINES[number][:place] + letter + LINES[number][place + 1 :]
    assert verify((*LINES[:number], line, *LINES[number + 1 :]), HEAD)


@given(st.lists(st.integers(0, len(LINES) - 1), max_size=10))
def test_no_other_sequence_of_the_same_lines_passes(order: list[int]) -> None:
    lines = tuple(LINES[number] for number in order)
    assert bool(verify(lines, HEAD)) is (lines != LINES)


TEXT = st.text(max_size=8)
AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
)
POSTINGS = st.builds(Posting, TEXT, TEXT, AMOUNTS, st.none() | TEXT)
ANY_ENTRY = st.builds(
    Entry,
    TEXT,
    st.sampled_from(EntryKind),
    st.dates(),
    st.lists(POSTINGS, max_size=4).map(tuple),
    st.dictionaries(TEXT, TEXT, max_size=3),
)


@given(st.lists(ANY_ENTRY, max_size=4))
def test_records_come_back_from_their_lines(entries: list[Entry]) -> None:
    records = seal(entries)
    lines = tuple(line_of(record) for record in records)
    assert tuple(record_from(line) for line in lines) == records
    assert all("\n" not in line for line in lines)
    head = Head(len(records), records[-1].hash) if records else EMPTY
    assert verify(lines, head) == ()
    assert Head.read(str(head)) == head


def _record(**changes: object) -> str:
    return json.dumps(json.loads(LINES[0]) | changes)


def _entry(**changes: object) -> str:
    return _record(entry=json.loads(LINES[0])["entry"] | changes)


def _posting(**changes: object) -> str:
    posting = {"place": "joint", "commodity": "USD", "amount": "1"} | changes
    return _entry(postings=[posting])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[]", "has not the keys"),
        ("[" * 100_000, "not JSON"),
        (_record(sequence="1"), "another kind"),
        (_record(more=1), "has not the keys"),
        (_record(entry=5), "5 is not an object"),
        (_entry(kind="sale"), "'sale' is not known"),
        (_entry(on="yesterday"), "'yesterday' is not a date"),
        (_entry(id=7), "7 is not text"),
        (_entry(postings={}), "postings must be a list"),
        (_entry(details={"a": 1}), "1 is not text"),
        (_posting(amount=1), "1 is not text"),
        (_posting(amount="NaN"), "not a finite number"),
        (_posting(extra="1"), "extra not known"),
    ],
)
def test_what_is_no_record_is_refused_with_its_reason(line: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        record_from(line)
    assert words in str(refused.value)


@pytest.mark.parametrize("text", ["", "{}", "7", '{"count":-1,"hash":""}', '{"count":"1"}'])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a count and a hash"):
        Head.read(text)
