"""Keys that sign checkpoints: Ed25519, so that a third party checks with a key that signs nothing.

The signing key is 32 random bytes, written as base64, and belongs in the system's keyring or in the
environment; it is wrapped and never shown.  The checking key is text to hand out, in the form that
transparency logs use: `name+0a1b2c3d+base64`.

Errors: `InputError` for a key that is none, and where the package `cryptography` is missing.
Source: RFC 8032; C2SP, `signed-note`.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from trimtab.books.checkpoints import Checkpoint, Signature, read_note
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["CheckingKey", "CheckpointKey", "new_secret"]

KEY_BYTES = 32
_ED25519 = b"\x01"
"""What a signed note writes before an Ed25519 key."""
_NAME = re.compile(r"[^\s+]{1,64}")
_MISSING = "install it with `pip install 'trimtab[live]'`"


def new_secret() -> str:
    """A new signing key from the system's chance, as base64."""
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


@dataclass(frozen=True, slots=True)
class CheckpointKey:
    """A key that signs; `name` says whose it is, the secret is never shown.

    Refuses: a secret that is not 32 bytes in base64, a name with spaces or plus signs.
    """

    name: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(_decoded(self.secret)) != KEY_BYTES:
            bound = f"{KEY_BYTES} bytes in base64"
            raise InputError("signing key", "it is no key", bound, "make one: `journal key --new`")

    def checking_key(self) -> CheckingKey:
        """The key to hand out: it checks and cannot sign."""
        return CheckingKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint) -> str:
        """The checkpoint with this key's signature."""
        body = str(checkpoint)
        made = self._private().sign(body.encode())
        return f"{body}\n{Signature(self.name, self.checking_key().id, made)}"

    def _private(self) -> Ed25519PrivateKey:
        _require()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(_decoded(self.secret))


@dataclass(frozen=True, slots=True)
class CheckingKey:
    """A key that checks signatures; it may be shown to anybody."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of the key's hash, by which a signature's line names it."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> CheckingKey:
        """The key that `str` wrote.

        Refuses: any other text.
        """
        name, _, rest = text.strip().partition("+")
        data = _decoded(rest.partition("+")[2])
        if _NAME.fullmatch(name) and data[:1] == _ED25519 and len(data) == KEY_BYTES + 1:
            key = cls(name, data[1:])
            if str(key) == text.strip():
                return key
        raise InputError(
            "checking key",
            f"{text.strip()[:80]!r} is none",
            "it reads name+0a1b2c3d+base64",
            "copy it as `trimtab journal key` prints it",
        )

    def made(self, note: str) -> bool:
        """Whether this key signed the checkpoint of a note.

        Refuses: a text that is no signed checkpoint.
        """
        _require()
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        _, body, signatures = read_note(note)
        for signature in signatures:
            if (signature.name, signature.key) != (self.name, self.id):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(
                    signature.made, body.encode()
                )
            except InvalidSignature:
                return False
            return True
        return False


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        bound = "a name has up to 64 signs, without spaces and plus signs"
        raise InputError("signing key", f"it cannot be named {name!r}", bound)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _require() -> None:
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise InputError("signing key", "the package cryptography is missing", "", _MISSING)
