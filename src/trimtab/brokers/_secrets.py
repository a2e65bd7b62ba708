"""Secrets that no `repr`, log, traceback or message shows, and texts cleaned of them.

A secret is read by `reveal`, at the one place that sends it.  What a broker answers may echo it
(an HTML page with the request's headers), so every foreign text passes `clean` first.
"""

import re
from collections.abc import Iterable

__all__ = ["HIDDEN", "Cleaner", "Secret"]

HIDDEN = "•••"
SHORTEST = 4
"""What is shorter would hide parts of common words."""
TEXT_MAX = 300
"""Characters of a broker's text that are kept; an HTML page says no more in a thousand."""
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class Secret:
    """A text that is not shown by accident: no `repr`, no pickle, no format."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not written down")


class Cleaner:
    """Makes a foreign text fit to be kept: no secrets, no tags, one line, not long."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets = tuple(one for one in secrets if len(one.reveal()) >= SHORTEST)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret.reveal(), HIDDEN)
        words = " ".join(TAGS.sub(" ", text).split())
        return words if len(words) <= TEXT_MAX else words[: TEXT_MAX - 1] + "…"
