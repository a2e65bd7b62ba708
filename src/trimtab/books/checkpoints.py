"""A checkpoint: what a journal was at one moment, in a few lines that somebody signs.

    trimtab.example/smith              whose journal
    1042                               how many entries it had
    1VwqU7hxNRXHx8IzdO0F9XkOTTuY…      the root of their Merkle tree
    head 9f3c…                         the last hash of the chain
    at 2026-03-02T15:00:00+00:00       when that was, by the signer's clock

    — trimtab 5rXUyyfF9uS…             one line a signature

Text and signatures have the forms that transparency logs use, so that their tools read them.  A
proof is a checkpoint with what leads from an entry, or from an earlier checkpoint, to its root.

Pure.  Errors: `InputError` for a text that is no checkpoint or no proof.
Source: C2SP, `tlog-checkpoint` and `signed-note`.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trimtab.books.chain import Head, record_from
from trimtab.books.entry_json import canonical
from trimtab.books.merkle import (
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
)
from trimtab.model.errors import InputError

__all__ = [
    "Checkpoint",
    "EntryProof",
    "GrowthProof",
    "Signature",
    "checkpoint_of",
    "prove_entry",
    "prove_growth",
    "read_note",
    "read_proof",
]

HASH_BYTES = 32
_HASH = re.compile("[0-9a-f]{64}")
_REMEDY = "take the file as it was handed out"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a journal was: how many entries, their Merkle root, the last hash of the chain."""

    origin: str
    count: int
    root: bytes
    head: str
    at: datetime

    def __str__(self) -> str:
        root = b64encode(self.root).decode()
        lines = (self.origin, self.count, root, f"head {self.head}", f"at {self.at.isoformat()}")
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """The checkpoint that `str` wrote.

        Refuses: any other text.
        """
        try:
            origin, count, root, head, at, end = text.split("\n")
            moment = datetime.fromisoformat(at.removeprefix("at "))
            found = cls(origin, int(count), _decoded(root), head.removeprefix("head "), moment)
        except ValueError:
            raise _no_checkpoint("it has not the lines of one") from None
        if end or str(found) != text or not origin or found.count < 0:
            raise _no_checkpoint("its lines are not written as ours are")
        if len(found.root) != HASH_BYTES or not _HASH.fullmatch(found.head):
            raise _no_checkpoint("its root or its head is no hash")
        return found


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note: who signed, the first four bytes of a hash of the key, and with what."""

    name: str
    key: bytes
    made: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key + self.made).decode()}\n"


def read_note(note: str) -> tuple[Checkpoint, str, tuple[Signature, ...]]:
    """A signed checkpoint: what it says, the text that was signed, and its signatures.

    Whether a signature is genuine is for whoever has the key to say.
    Refuses: another text.
    """
    body, parted, lines = note.partition("\n\n")
    if not parted or not lines.endswith("\n"):
        raise _no_checkpoint("no signatures follow it")
    body += "\n"
    return Checkpoint.read(body), body, tuple(map(_signature, lines.splitlines()))


def _signature(line: str) -> Signature:
    match line.split(" "):
        case ["—", name, text] if name:
            try:
                data = _decoded(text)
            except ValueError:
                data = b""
            if len(data) > 4:
                return Signature(name, data[:4], data[4:])
    raise _no_checkpoint(f"{line[:40]!r} is no signature")


def checkpoint_of(origin: str, lines: Sequence[str], head: Head, at: datetime) -> Checkpoint:
    """The checkpoint of a journal of these lines; its chain was checked before."""
    return Checkpoint(origin, head.count, root_of(map(leaf_hash, lines)), head.hash, at)


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That a record is in the journal of a signed checkpoint, shown without any other."""

    note: str
    line: str
    path: tuple[bytes, ...]

    def __str__(self) -> str:
        told = {"proves": "entry", "record": self.line, "path": _encoded(self.path)}
        return canonical(told | {"checkpoint": self.note})

    @property
    def holds(self) -> bool:
        """Whether the record leads to the checkpoint's root."""
        checkpoint, _, _ = read_note(self.note)
        index = record_from(self.line).sequence - 1
        leaf = leaf_hash(self.line)
        return is_included(leaf, index, checkpoint.count, self.path, checkpoint.root)


@dataclass(frozen=True, slots=True)
class GrowthProof:
    """That the journal of a signed checkpoint begins with that of an earlier one."""

    note: str
    earlier: str
    path: tuple[bytes, ...]

    def __str__(self) -> str:
        told = {"proves": "growth", "earlier": self.earlier, "path": _encoded(self.path)}
        return canonical(told | {"checkpoint": self.note})

    @property
    def holds(self) -> bool:
        """Whether the earlier root leads to the later one, and both are of one journal."""
        (new, _, _), (old, _, _) = read_note(self.note), read_note(self.earlier)
        if old.origin != new.origin:
            return False
        return is_consistent(old.count, old.root, new.count, new.root, self.path)


def prove_entry(note: str, lines: Sequence[str], number: int) -> EntryProof:
    """Prove that entry `number`, from 1, is in the journal of a signed checkpoint.

    Refuses: lines that are not the checkpoint's journal, and an entry that came after it.
    """
    leaves = _leaves_at(note, lines)
    if not 0 < number <= len(leaves):
        fact = f"the checkpoint has {len(leaves)} entries"
        raise InputError(f"entry {number}", fact, "", "make a checkpoint that has it")
    return EntryProof(note, lines[number - 1], inclusion_proof(leaves, number - 1))


def prove_growth(note: str, earlier: str, lines: Sequence[str]) -> GrowthProof:
    """Prove that the journal of a signed checkpoint begins with that of an earlier one.

    Refuses: lines that are not the checkpoints' journal, or no longer are.
    """
    known = _leaves_at(earlier, lines)
    leaves = _leaves_at(note, lines)
    if not 0 < len(known) <= len(leaves):
        fact = f"it has {len(known)} entries, the later one {len(leaves)}"
        raise InputError("earlier checkpoint", fact, "", "give the earlier one first")
    return GrowthProof(note, earlier, consistency_proof(leaves, len(known)))


def _leaves_at(note: str, lines: Sequence[str]) -> list[bytes]:
    checkpoint, _, _ = read_note(note)
    leaves = [leaf_hash(line) for line in lines[: checkpoint.count]]
    if len(leaves) != checkpoint.count or root_of(leaves) != checkpoint.root:
        fact = f"the journal's first {checkpoint.count} entries are not those that were signed"
        remedy = "compare with a backup: it was rewritten since, or the checkpoint is of another"
        raise InputError("checkpoint", fact, "", remedy)
    return leaves


def read_proof(text: str) -> EntryProof | GrowthProof:
    """The proof that `str` wrote; whether it holds is another question.

    Refuses: any other text.
    """
    try:
        told: Any = json.loads(text)
        path = tuple(_decoded(step) for step in told["path"])
        if told["proves"] == "entry":
            proof: EntryProof | GrowthProof = EntryProof(told["checkpoint"], told["record"], path)
            record_from(told["record"])
        else:
            proof = GrowthProof(told["checkpoint"], told["earlier"], path)
            read_note(proof.earlier)
        read_note(proof.note)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise InputError("proof", "it is no proof of a journal", "", _REMEDY) from None
    return proof


def _encoded(path: Sequence[bytes]) -> list[str]:
    return [b64encode(step).decode() for step in path]


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _no_checkpoint(fact: str) -> InputError:
    return InputError("checkpoint", fact, "", _REMEDY)
