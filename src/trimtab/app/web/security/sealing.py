"""Secrets that must be read again, kept so that the database alone does not tell them.

Authenticators' secrets and those that sign webhooks are sealed with a key that lies elsewhere: in
`TRIMTAB_WEB_KEY`, in the system's keyring, or in the file `web.key` beside the settings, which is
made at first use for its owner alone.  Each seal names whose it is, so that one cannot be moved to
another row.

Errors: `InputError` for a key that is none, or not the one that sealed.
Source: NIST SP 800-38D (AES-GCM).
"""

from __future__ import annotations

import binascii
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trimtab.app.credentials import Credentials, from_system
from trimtab.app.web.settings import WebSettings
from trimtab.model.errors import InputError

__all__ = ["KEY_NAME", "Sealer", "sealer_of"]

KEY_NAME = "web.key"
CONNECTION, SECRET = "web", "key"
KEY_BYTES, NONCE_BYTES = 32, 12
OWNER_ALONE = 0o600


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts and opens them again; `of` says whose a text is, and is part of the seal."""

    key: bytes = field(repr=False)

    def seal(self, text: str, of: str) -> str:
        """A text that only this key opens."""
        nonce = os.urandom(NONCE_BYTES)
        return b64encode(
            nonce + AESGCM(self.key).encrypt(nonce, text.encode(), of.encode())
        ).decode()

    def open(self, sealed: str, of: str) -> str:
        """The text of a seal.

        Refuses: what another key sealed, what was changed, and what was moved here from elsewhere.
        """
        try:
            data = b64decode(sealed, validate=True)
            nonce, rest = data[:NONCE_BYTES], data[NONCE_BYTES:]
            return AESGCM(self.key).decrypt(nonce, rest, of.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error):
            fact = "the key of this dashboard does not open it"
            remedy = f"restore {KEY_NAME} (or TRIMTAB_WEB_KEY) from a backup, or set it up anew"
            raise InputError(f"secret of {of}", fact, "", remedy) from None


def sealer_of(settings: WebSettings, credentials: Credentials | None = None) -> Sealer:
    """The sealer of a dashboard; its key is made where there is none.

    Refuses: a key that is not 32 bytes in base64, a file that cannot be read or made.
    """
    known = credentials or from_system()
    if known.place(CONNECTION, SECRET) is not None:
        return Sealer(_decoded(known.of(CONNECTION)(SECRET).reveal(), "TRIMTAB_WEB_KEY"))
    path = settings.folder / KEY_NAME
    try:
        if not path.exists():
            _make(path)
        return Sealer(_decoded(path.read_text("ascii"), str(path)))
    except (OSError, UnicodeDecodeError) as error:
        fact = f"it cannot be read or made ({error})"
        raise InputError(KEY_NAME, fact, "", "check its folder", file=str(path)) from None


def _make(path: Path) -> None:
    """Make a key; where another process was first, its key stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    except FileExistsError:
        return
    with open(handle, "w", encoding="ascii") as file:
        file.write(b64encode(os.urandom(KEY_BYTES)).decode())


def _decoded(text: str, where: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        bound = f"{KEY_BYTES} bytes in base64"
        raise InputError(f"key in {where}", "it is no key", bound, "restore it from a backup")
    return key
