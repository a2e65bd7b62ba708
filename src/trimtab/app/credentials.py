"""Secrets of brokers: from the environment, then from the system's keyring, and nowhere else.

A secret is known by a connection's name and its own: `TRIMTAB_ALPACA_KEY` in the environment, or
`alpaca key` of the service `trimtab` in the keyring.  What is found is wrapped at once, so that no
`repr`, log or traceback shows it.

Errors: `InputError` for a secret that is nowhere, or that no header could carry, and for a keyring
that would write it down in the open; none of them shows the secret.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from trimtab.brokers._secrets import Secret
from trimtab.model.errors import InputError

__all__ = ["Credentials", "Keyring", "Place", "from_system"]

SERVICE = "trimtab"
SECRET_MAX = 8_192
SAFE_PRIORITY = 1.0
"""What the keyring library itself recommends; its plain-text files are below."""


class Keyring(Protocol):
    """What is used of a keyring."""

    priority: float

    def get_password(self, service: str, username: str) -> str | None:
        """A secret, or none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret is kept; shown instead of it."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets by connection and name; `keyring` is none where the system has none."""

    environment: Mapping[str, str] = field(repr=False)
    keyring: Keyring | None = field(repr=False)

    def of(self, connection: str) -> Callable[[str], Secret]:
        """The secrets of one connection, as a broker asks for them.

        Refuses: a secret that is nowhere.
        """
        return lambda name: self._secret(connection, name)

    def place(self, connection: str, name: str) -> Place | None:
        """Where a secret is kept, or none."""
        variable = _variable(connection, name)
        if self.environment.get(variable, "").strip():
            return Place(variable, "environment")
        found = self._from_keyring(connection, name)
        return Place(_entry(connection, name), "keyring") if found else None

    def store(self, connection: str, name: str, secret: Secret) -> Place:
        """Keep a secret in the keyring.

        Refuses: a system without a keyring, or with one that writes secrets in the open.
        """
        variable = _variable(connection, name)
        checked = _checked(secret.reveal(), f"the {name} of {connection}")
        if self.keyring is None or self.keyring.priority < SAFE_PRIORITY:
            kind = "none" if self.keyring is None else type(self.keyring).__name__
            raise InputError(
                f"the {name} of {connection}",
                f"this system has no keyring that keeps secrets (it has {kind})",
                remedy=f"set the environment variable {variable} where the service starts",
            )
        entry = _entry(connection, name)
        try:
            self.keyring.set_password(SERVICE, entry, checked.reveal())
        except Exception as error:  # each back end has errors of its own
            raise _unusable(connection, name, variable, error) from None
        return Place(entry, "keyring")

    def forget(self, connection: str, name: str) -> bool:
        """Take a secret out of the keyring; false where it was not there."""
        if self.keyring is None or not self._from_keyring(connection, name):
            return False
        with suppress(Exception):  # what is gone already is gone
            self.keyring.delete_password(SERVICE, _entry(connection, name))
        return self._from_keyring(connection, name) is None

    def _secret(self, connection: str, name: str) -> Secret:
        variable = _variable(connection, name)
        found = self.environment.get(variable, "").strip()
        found = found or self._from_keyring(connection, name) or ""
        if not found:
            raise InputError(
                f"the {name} of {connection}",
                f"it is neither in the environment ({variable}) nor in the keyring",
                remedy=f"set {variable}, or run: trimtab broker add {connection}",
            )
        return _checked(found, f"the {name} of {connection}")

    def _from_keyring(self, connection: str, name: str) -> str | None:
        if self.keyring is None:
            return None
        try:
            return self.keyring.get_password(SERVICE, _entry(connection, name))
        except Exception as error:  # each back end has errors of its own
            variable = _variable(connection, name)
            raise _unusable(connection, name, variable, error) from None


def from_system() -> Credentials:
    """The secrets of this process's environment and of the system's keyring."""
    return Credentials(os.environ, _system_keyring())


def _system_keyring() -> Keyring | None:
    """The keyring, where one is installed and works."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    found: Any = keyring.get_keyring()
    return None if isinstance(found, fail.Keyring | null.Keyring) else found


def _checked(text: str, subject: str) -> Secret:
    text = text.strip()
    is_sendable = text.isascii() and text.isprintable() and " " not in text
    if not text or len(text) > SECRET_MAX or not is_sendable:
        fact = f"its {len(text)} characters are not all letters, digits and signs"
        raise InputError(subject, fact if text else "it is empty", remedy="copy it once more")
    return Secret(text)


def _unusable(connection: str, name: str, variable: str, error: Exception) -> InputError:
    return InputError(
        f"the {name} of {connection}",
        f"the keyring cannot be used ({type(error).__name__})",
        remedy=f"unlock it, or set the environment variable {variable}",
    )


def _variable(connection: str, name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", f"TRIMTAB_{connection}_{name}".upper())


def _entry(connection: str, name: str) -> str:
    return f"{connection} {name}"
