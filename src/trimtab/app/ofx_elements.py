"""Elements of an OFX file: names, values and the elements inside, written as XML.

Values are escaped, so that no name can begin an element; characters that XML does not know are
replaced.

Errors: none.
Source: OFX 2.2, 2 (structure); XML 1.0, 2.2 (characters).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

__all__ = ["Element", "amount", "day", "element", "moment"]

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Element:
    """An element: values (a name and a text) and elements, in the order that OFX wants."""

    name: str
    content: tuple[tuple[str, str] | Element, ...]

    def value(self, name: str) -> str:
        """A value by its name, empty where there is none."""
        found = (one[1] for one in self.content if isinstance(one, tuple) and one[0] == name)
        return next(found, "")

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The element as XML, a line a tag."""
        indent = " " * depth
        yield f"{indent}<{self.name}>\n"
        for one in self.content:
            if isinstance(one, Element):
                yield from one.lines(depth + 1)
            else:
                yield f"{indent} <{one[0]}>{_safe(one[1])}</{one[0]}>\n"
        yield f"{indent}</{self.name}>\n"


def element(name: str, *content: Mapping[str, str] | Element) -> Element:
    """An element of values and elements, in their order."""
    made: list[tuple[str, str] | Element] = []
    for one in content:
        made += (one,) if isinstance(one, Element) else one.items()
    return Element(name, tuple(made))


def amount(number: Decimal) -> str:
    """A number with every digit."""
    return f"{number:f}"


def day(on: date) -> str:
    """A day as OFX writes it: noon, so that no zone moves it."""
    return f"{on:%Y%m%d}120000"


def moment(at: datetime) -> str:
    """A moment in UTC as OFX writes it."""
    return f"{at:%Y%m%d%H%M%S}.000[0:GMT]"


def _safe(text: str) -> str:
    """A value that begins no element, on one line."""
    return escape(_NO_XML.sub("\ufffd", " ".join(text.split())))
