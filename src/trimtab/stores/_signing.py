"""The key that signs models, and what a signature made with it proves.

A signature is HMAC-SHA256 with a key of 32 random bytes that lies in the user's own configuration
folder, readable by the user alone.  It proves that what is loaded is, to the bit, what someone with
this key registered: a file altered, swapped or cut short on the way is refused.  It proves nothing
to others, who do not have the key, and nothing against a thief of the key; a model trained on
another machine is refused until it is trained here, or the key is brought along.

Errors: `InputError` for a key that cannot be read, is open to others or has another length.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from trimtab.model.errors import InputError
from trimtab.stores._disk import to_disk

__all__ = ["ALGORITHM", "KEY_BYTES", "KEY_NAME", "SigningKey", "signing_key"]

ALGORITHM = "hmac-sha256"
KEY_NAME = "model-signing.key"
KEY_BYTES = 32
ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key; `id` names it without giving it away, and its secret is never shown."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The first digits of the key's hash."""
        return hashlib.sha256(b"trimtab key id\0" + self.secret).hexdigest()[:ID_DIGITS]

    def sign(self, message: bytes) -> str:
        """The signature in hexadecimal digits."""
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()

    def made(self, signature: str, message: bytes) -> bool:
        """Whether this key made a signature of this message."""
        return hmac.compare_digest(self.sign(message).encode(), signature.encode())


def signing_key(folder: Path) -> SigningKey:
    """The key in a user's configuration folder; the first time, one is made.

    Refuses: a key that is damaged, that others can read, or that cannot be read or written.
    """
    path = folder / KEY_NAME
    try:
        if not path.exists():
            _make(path)
        _check_private(path)
        secret = path.read_bytes()
    except OSError as error:
        raise InputError(
            "signing key",
            f"it cannot be read or made ({error.strerror or error})",
            remedy="check the folder and its permissions",
            file=str(path),
        ) from None
    if len(secret) != KEY_BYTES:
        raise InputError(
            "signing key",
            f"it has {len(secret)} bytes",
            f"a key has {KEY_BYTES}",
            "restore it from a copy; with another key every model must be trained again",
            file=str(path),
        )
    return SigningKey(secret)


def _make(path: Path) -> None:
    """Write a new key in one step; where two processes do so at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            to_disk(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _check_private(path: Path) -> None:
    if sys.platform == "win32":
        return
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise InputError(
            "signing key",
            f"others can read it (its permissions are {mode:o})",
            "a key is for its owner alone (600)",
            f"run `chmod 600 {path}`",
            file=str(path),
        )
