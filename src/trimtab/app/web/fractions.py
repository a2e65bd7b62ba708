"""Fractions within sentences as their reader chose: percent or basis points.

The engine writes a sentence once and keeps it, so that it can be proven later; how its fractions
are shown is the reader's choice, as it is for every cell of a table.  What people wrote themselves
(notes, names) is left as it is.

Errors: none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from trimtab.app.web.preferences import Shares

__all__ = ["chosen_fractions", "picture_in_bps"]

PLAIN = r"[−-]?\d[\d,]*(?:\.\d+)?"
NUMBER = rf"(?<![\w$€£¥.,]){PLAIN}"
FIGURES = rf"({NUMBER})(?:(–| to |(?<=between \d) and )({PLAIN}))?(\s)"
"""One figure, or two that share the unit after them."""
IN_PERCENT = re.compile(rf"{FIGURES}(?:%|points?\b)")
IN_BPS = re.compile(rf"{FIGURES}bp\b")
DRAWN = re.compile(rf"({PLAIN})(\s)%(?:(\s±\s)(\d+(?:\.\d+)?)(\s%)?)?")
"""Shares within a picture, with the width of a band where one follows."""
Numbers = Callable[[str], str]


def chosen_fractions(text: str, shares: Shares, names: Iterable[str] = ()) -> str:
    """A sentence with its fractions as the reader chose; `names` are no part of what is said."""
    if shares is Shares.BPS:
        pattern, numbers, unit = IN_PERCENT, _hundredfold, "bp"
    else:
        pattern, numbers, unit = IN_BPS, _hundredth, "%"

    def written(found: re.Match[str]) -> str:
        first, joint, second, space = found.groups()
        two = "" if second is None else f"{joint}{numbers(second)}"
        return f"{numbers(first)}{two}{space}{unit}"

    kept = [re.escape(name) for name in names]
    if not kept:
        return pattern.sub(written, text)
    parts = re.split(f"({'|'.join(sorted(kept, key=len, reverse=True))})", text)
    return "".join(part if at % 2 else pattern.sub(written, part) for at, part in enumerate(parts))


def picture_in_bps(text: str) -> str:
    """A picture's text with its shares in basis points."""
    return DRAWN.sub(_drawn_in_bps, text)


def _drawn_in_bps(found: re.Match[str]) -> str:
    share, space, between, band, has_unit = found.groups()
    text = f"{_hundredfold(share)}{space}bp"
    if band is not None:
        text += f"{between}{_hundredfold(band)}{f'{space}bp' if has_unit else ''}"
    return text


def _hundredfold(number: str) -> str:
    return f"{_exact(number) * 100:,.0f}".replace("-", "−")


def _hundredth(number: str) -> str:
    return f"{_exact(number) / 100:,.2f}".replace("-", "−")


def _exact(number: str) -> Decimal:
    return Decimal(number.replace(",", "").replace("−", "-"))
