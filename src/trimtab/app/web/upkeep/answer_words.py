"""Mistakes in an answer to a break, said by the fields of its form instead of command options.

Errors: none.
"""

from __future__ import annotations

import re

from trimtab.model.errors import InputError

__all__ = ["by_fields"]

OPTION = re.compile(r"--([a-z]+)(?: [A-Z]+(?::[A-Z]+)?\b)?")
FIELDS = {
    "basis": "the basis of the whole lot",
    "acquired": "the day of purchase",
    "link": "the other account",
    "ratio": "the new units for old",
    "became": "what it is called now",
    "take": "which side is right:",
    "outside": "that it came from outside",
    "accept": "that it stays as it is",
}


def by_fields(error: InputError) -> InputError:
    """The same mistake in the words of the form."""
    subject = _said(error.subject).removeprefix("the ")
    return InputError(subject, _said(error.fact), _said(error.bound), _said(error.remedy))


def _said(text: str) -> str:
    return OPTION.sub(lambda found: FIELDS.get(found[1], found[1]), text)
