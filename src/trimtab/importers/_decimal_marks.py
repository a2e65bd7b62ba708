"""Tell from a file which decimal mark it has, for brokers that follow their customer's language.

Only numbers that can be read one way count: `419,22` has a comma, `1.83` a point, `1.234` may be
either.  What the file uses most holds for all that could be both; the rest show it themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from trimtab.importers._records import records
from trimtab.importers._values import NumberStyle

__all__ = ["settled", "usual_mark"]

RECORDS_SEEN = 5_000
_TELLING = re.compile(
    r"\D*(?:\d{1,3}(?:[.,'’  ]\d{3})+|\d+)([.,])(?:\d{1,2}|\d{4,}|(?<=\b0.)\d{3})[^\d.,]*"
)


def settled(style: NumberStyle, text: str, delimiter: str) -> NumberStyle:
    """A style with the decimal mark that the file uses; the other one is read where it is plain."""
    return replace(style, decimal=usual_mark(text, delimiter), is_mixed=True)


def usual_mark(text: str, delimiter: str) -> str:
    """The decimal mark of most numbers in a text; a point where none tells."""
    counts = {".": 0, ",": 0}
    for record in islice(records(text, delimiter), RECORDS_SEEN):
        for cell in record.cells:
            found = _TELLING.fullmatch(cell)
            if found is not None:
                counts[found[1]] += 1
    return "," if counts[","] > counts["."] else "."
