"""The key of models: made once, for its owner alone, and never shown."""

import os
import stat
import sys

import pytest

from trimtab.model.errors import InputError
from trimtab.stores._signing import KEY_BYTES, KEY_NAME, SigningKey, signing_key


def test_the_key_is_made_once_and_found_again(tmp_path):
    first = signing_key(tmp_path / "config")
    assert signing_key(tmp_path / "config") == first
    assert len(first.secret) == KEY_BYTES
    assert [path.name for path in (tmp_path / "config").iterdir()] == [KEY_NAME]


def test_two_people_have_two_keys(tmp_path):
    assert signing_key(tmp_path / "a") != signing_key(tmp_path / "b")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX systems")
def test_nobody_else_may_read_the_key(tmp_path):
    signing_key(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_NAME).stat().st_mode) == 0o600
    os.chmod(tmp_path / KEY_NAME, 0o644)
    with pytest.raises(InputError, match=r"others can read it .*644.*chmod 600"):
        signing_key(tmp_path)


def test_a_damaged_key_is_refused_and_never_replaced(tmp_path):
    (tmp_path / KEY_NAME).write_bytes(b"short")
    (tmp_path / KEY_NAME).chmod(0o600)
    with pytest.raises(InputError, match="it has 5 bytes; a key has 32"):
        signing_key(tmp_path)
    assert (tmp_path / KEY_NAME).read_bytes() == b"short"


def test_a_signature_fits_its_message_and_its_key_alone():
    key, other = SigningKey(b"k" * 32), SigningKey(b"o" * 32)
    signature = key.sign(b"message")
    assert key.made(signature, b"message")
    assert not key.made(signature, b"massage")
    assert not other.made(signature, b"message")


def test_a_key_is_never_shown():
    assert "kkk" not in repr(SigningKey(b"k" * 32))
