"""What households are called in addresses and in people's rights: by their folders' names.

A name belongs to a folder and to no order: who may see `smith-home` sees that folder however many
others are served beside it, and in whatever order they are named.  Folders of one name are told
apart by those that they lie in, or where that is not enough by where they lie.

Errors: none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

__all__ = ["NAME_LETTERS", "names_of"]

NAME_LETTERS = 32
"""Of a folder's name; what stands before or behind it to tell it apart comes on top."""
HASH_LETTERS = 8
PARTS = (1, 2)
"""So many of a folder's last parts are tried."""


def names_of(places: Sequence[Path]) -> tuple[str, ...]:
    """A name for each folder, all different; the same for a folder in every order of them."""
    found: dict[Path, str] = {}
    left = list(places)
    for parts in PARTS:
        named = {place: _name(place, parts) for place in left}
        count = Counter([*named.values(), *found.values()])
        # Those that found a name keep it only if no other could be meant by it.
        found |= {place: name for place, name in named.items() if count[name] == 1}
        left = [place for place in left if place not in found]
    for place in left:
        where = sha256(str(place).encode("utf-8", "surrogatepass")).hexdigest()
        found[place] = f"{_name(place, 1)}-{where[:HASH_LETTERS]}"
    return tuple(found[place] for place in places)


def _name(place: Path, parts: int) -> str:
    """The last parts of a path, in small letters and digits."""
    return "-".join(filter(None, map(_slug, place.parts[-parts:]))) or "home"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:NAME_LETTERS].strip("-")
