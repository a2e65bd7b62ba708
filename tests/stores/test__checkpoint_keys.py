"""Ed25519 over checkpoints: the published vector, and nobody else's signature."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from trimtab.books.checkpoints import Checkpoint
from trimtab.model.errors import InputError
from trimtab.stores._checkpoint_keys import CheckingKey, CheckpointKey, new_secret

# RFC 8032, section 7.1, test 1.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
# The key of the Go checksum database, as its own documentation prints it.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

KEY = CheckpointKey("trimtab", b64encode(SEED).decode())
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CHECKPOINT = Checkpoint("trimtab/smith", 3, b"r" * 32, "f" * 64, AT)


def test_the_checking_key_is_the_published_one():
    assert KEY.checking_key().public == PUBLIC


def test_a_transparency_logs_key_is_read_as_it_is_written():
    assert str(CheckingKey.read(SUMDB)) == SUMDB


def test_what_was_signed_is_known_by_its_checking_key():
    note = KEY.sign(CHECKPOINT)
    assert note.startswith(str(CHECKPOINT))
    assert CheckingKey.read(str(KEY.checking_key())).made(note)


def test_what_was_changed_or_signed_by_others_is_not():
    note = KEY.sign(CHECKPOINT)
    checks = KEY.checking_key()
    assert not checks.made(note.replace("\n3\n", "\n4\n"))
    assert not checks.made(CheckpointKey("trimtab", new_secret()).sign(CHECKPOINT))
    assert not checks.made(CheckpointKey("other", KEY.secret).sign(CHECKPOINT))
    assert not replace(checks, name="other").made(note)


def test_one_of_several_signatures_is_enough():
    other = CheckpointKey("auditor", new_secret())
    both = KEY.sign(CHECKPOINT) + other.sign(CHECKPOINT).rpartition("\n\n")[2]
    assert KEY.checking_key().made(both)
    assert other.checking_key().made(both)


def test_a_signing_key_shows_its_secret_nowhere():
    assert KEY.secret not in repr(KEY)
    with pytest.raises(InputError) as refused:
        CheckpointKey("trimtab", KEY.secret[:-4])
    assert KEY.secret[:8] not in str(refused.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "x" * 65])
def test_a_key_has_a_name_that_a_note_can_carry(name):
    with pytest.raises(InputError, match="it cannot be named"):
        CheckpointKey(name, KEY.secret)


@pytest.mark.parametrize(
    "text", ["", "trimtab", SUMDB[:-1], SUMDB.replace("033d", "033e"), SUMDB.replace("+", " ")]
)
def test_a_checking_key_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="is none; it reads name"):
        CheckingKey.read(text)
