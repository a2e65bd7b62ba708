"""An entry has one canonical text, from which the same entry is read."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.entry_json import canonical, entry_from, entry_json, entry_text
from trimtab.books.ledger import Outside
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError

words = st.text(max_size=12)
amounts = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6
)
postings = st.builds(Posting, words | st.sampled_from(Outside), words, amounts, st.none() | words)
entries = st.builds(
    Entry,
    words,
    st.sampled_from(EntryKind),
    st.dates(),
    st.lists(postings, max_size=4).map(tuple),
    st.dictionaries(words, words, max_size=4),
)


@given(entries)
def test_the_text_is_the_canonical_json_of_the_entry(entry: Entry) -> None:
    assert entry_text(entry) == canonical(entry_json(entry))


@given(entries)
def test_the_text_is_read_as_the_entry_that_it_was(entry: Entry) -> None:
    assert entry_from(json.loads(entry_text(entry))) == entry


GOOD = entry_json(
    Entry("e", EntryKind.FEE, date(2024, 1, 2), (Posting("joint", "USD", Decimal(-1)),))
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"more": "x"}, "more not known"),
        ({"id": 3}, "not text"),
        ({"kind": "feee"}, "did you mean"),
        ({"on": "2024-02-30"}, "not a date"),
        ({"postings": {}}, "postings must be a list"),
        ({"postings": [3]}, "not an object"),
        ({"postings": [{"place": "joint"}]}, "commodity, amount missing"),
        ({"postings": [{"place": "j", "commodity": "USD", "amount": "1e999"}]}, "too large"),
        ({"details": {"a": 1}}, "not text"),
    ],
)
def test_what_is_no_entry_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as refused:
        entry_from(GOOD | changes)
    assert words.lower() in str(refused.value).lower()
