"""Checkpoints and proofs as text: read strictly, and false as soon as anything is changed."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.stores.live_parts import entry
from trimtab.books.chain import Head, line_of, record_from, seal
from trimtab.books.checkpoints import (
    Checkpoint,
    EntryProof,
    GrowthProof,
    Signature,
    checkpoint_of,
    prove_entry,
    prove_growth,
    read_note,
    read_proof,
)
from trimtab.model.errors import InputError

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RECORDS = seal([entry(f"e{number}") for number in range(1, 12)])
LINES = tuple(map(line_of, RECORDS))
SIGNED = Signature("trimtab", b"key!", b"s" * 64)


def at(count: int, lines: tuple[str, ...] = LINES) -> Checkpoint:
    return checkpoint_of("trimtab/smith", lines[:count], Head(count, RECORDS[count - 1].hash), AT)


def note(checkpoint: Checkpoint) -> str:
    return f"{checkpoint}\n{SIGNED}"


NOTE, EARLIER = note(at(11)), note(at(4))


def test_a_checkpoint_has_the_lines_that_transparency_logs_use():
    origin, count, root, head, moment, empty = str(at(11)).split("\n")
    assert (origin, count, moment) == ("trimtab/smith", "11", "at 2026-03-02T15:00:00+00:00")
    assert root == b64encode(at(11).root).decode()
    assert head == f"head {RECORDS[-1].hash}"
    assert empty == ""


def test_a_note_comes_back_as_it_was():
    assert Checkpoint.read(str(at(11))) == at(11)
    assert read_note(NOTE) == (at(11), str(at(11)), (SIGNED,))
    assert read_note(NOTE + str(SIGNED))[2] == (SIGNED, SIGNED)


BAD_NOTES = [
    ("nothing", ""),
    ("no signature", str(at(11))),
    ("no signature's line", f"{at(11)}\n"),
    ("half a line", NOTE[:-1]),
    ("a signature of nothing", f"{at(11)}\n— trimtab AAAA\n"),
    ("a hyphen for the dash", NOTE.replace("—", "-")),
    ("another line", NOTE.replace("head ", "more\nhead ")),
    ("a count in another form", NOTE.replace("\n11\n", "\n011\n")),
    ("a negative count", NOTE.replace("\n11\n", "\n-11\n")),
    ("a root that is cut short", NOTE.replace(b64encode(at(11).root).decode(), "AAAA")),
    ("a root in another form", NOTE.replace(b64encode(at(11).root).decode(), "A!" * 22)),
    ("a head that is none", NOTE.replace("head ", "head x")),
    ("a day that is none", NOTE.replace("2026-03-02", "2026-03-32")),
    ("no name", NOTE.replace("trimtab/smith", "")),
]


@pytest.mark.parametrize("text", [b[1] for b in BAD_NOTES], ids=[b[0] for b in BAD_NOTES])
def test_a_text_that_is_no_note_is_refused(text):
    with pytest.raises(InputError, match="checkpoint: "):
        read_note(text)


@pytest.mark.parametrize("number", range(1, 12))
def test_every_entry_is_proven_to_be_in_the_journal(number):
    proof = read_proof(str(prove_entry(NOTE, LINES, number)))
    assert isinstance(proof, EntryProof)
    assert proof.holds
    assert record_from(proof.line).entry.id == f"e{number}"


@pytest.mark.parametrize("count", range(1, 12))
def test_the_journal_is_proven_to_begin_with_every_earlier_one(count):
    proof = read_proof(str(prove_growth(NOTE, note(at(count)), LINES)))
    assert isinstance(proof, GrowthProof)
    assert proof.holds


def test_a_proof_of_another_entry_does_not_hold():
    proof = prove_entry(NOTE, LINES, 3)
    assert not replace(proof, line=LINES[3]).holds
    assert not replace(proof, line=LINES[2].replace("100.00", "900.00")).holds
    assert not replace(proof, note=EARLIER).holds


def test_growth_is_not_proven_between_two_journals_or_backwards():
    proof = prove_growth(NOTE, EARLIER, LINES)
    other = note(replace(at(4), origin="trimtab/jones"))
    assert not replace(proof, earlier=other).holds
    assert not replace(proof, earlier=NOTE, note=EARLIER).holds
    with pytest.raises(InputError, match="it has 11 entries, the later one 4"):
        prove_growth(EARLIER, NOTE, LINES)


def test_a_journal_that_was_rewritten_since_a_checkpoint_proves_nothing():
    rewritten = (LINES[0].replace("100.00", "900.00"), *LINES[1:])
    with pytest.raises(InputError, match="the journal's first 4 entries are not those"):
        prove_growth(note(at(11, rewritten)), EARLIER, rewritten)
    with pytest.raises(InputError, match="first 11 entries are not those that were signed"):
        prove_entry(NOTE, LINES[:5], 3)


def test_an_entry_after_the_checkpoint_is_not_proven_by_it():
    with pytest.raises(InputError, match="entry 5: the checkpoint has 4 entries"):
        prove_entry(EARLIER, LINES, 5)


def changed(**values: object) -> str:
    return json.dumps(json.loads(str(prove_entry(NOTE, LINES, 3))) | values)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", changed(path=1), changed(path=["A"]), changed(record=1), changed(proves="all")],
)
def test_a_text_that_is_no_proof_is_refused(text):
    with pytest.raises(InputError, match="proof: it is no proof of a journal"):
        read_proof(text)


def test_a_proof_around_a_broken_checkpoint_is_refused():
    with pytest.raises(InputError, match="checkpoint: no signatures follow it"):
        read_proof(changed(checkpoint="x"))
