"""No secret stands in a settings file: what looks like one is refused, and never shown.

Errors: none of its own; the collector has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from trimtab.app.text_files import Collector

__all__ = ["looks_secret", "refuse_secrets"]

SECRET_WORDS = ("secret", "password", "passphrase", "token", "credential", "apikey", "privatekey")
SECRET_KEYS = frozenset({"key", "pin", "pass", "pwd", "auth", "bearer", "login", "private"})
SECRET_LENGTH = 20
"""Letters and digits in one piece, so many of them: no account number is, most keys are."""

_PIECE = re.compile(rf"[A-Za-z0-9+/=_-]{{{SECRET_LENGTH},}}")
_PATHS = ("/", "~", "./", "../")
"""How the path of a file begins; its folders may look like anything."""
_URL_PASSWORD = re.compile(r"://[^/@\s:]*:[^@\s]+@")
_NO_SECRETS = "secrets stand in the environment or the system's keyring, never in a file"


def refuse_secrets(
    value: object,
    path: tuple[str | int, ...],
    lines: Mapping[tuple[str | int, ...], int],
    errors: Collector,
) -> None:
    """Refuse keys and values that look like secrets, without showing them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            refuse_secrets(inner, (*path, name), lines, errors)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            refuse_secrets(inner, (*path, number), lines, errors)
    elif looks_secret(next((part for part in reversed(path) if isinstance(part, str)), ""), value):
        where = ".".join(map(str, path))
        known = [path[:count] for count in range(len(path), 0, -1) if path[:count] in lines]
        line = lines[known[0]] if known else None
        errors.refuse(line, where, "looks like a secret", _NO_SECRETS, "take it out of the file")


def looks_secret(key: str, value: object) -> bool:
    """Whether a setting seems to be a secret, by its name or by what it holds."""
    told = re.sub(r"[^a-z]", "", key.lower())
    parts = set(re.split(r"[^a-z]+", key.lower()))
    if any(word in told for word in SECRET_WORDS) or parts & SECRET_KEYS:
        return True
    if not isinstance(value, str):
        return False
    pieces = [] if value.startswith(_PATHS) else _PIECE.findall(value)
    mixed = any(re.search(r"\d", one) and re.search(r"[A-Za-z]", one) for one in pieces)
    return mixed or _URL_PASSWORD.search(value) is not None
