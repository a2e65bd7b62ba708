"""Names that nothing has yet: the one wanted, or with a number behind it.  Errors: none."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["free_name"]


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name wanted where nothing has it, else the first of `wanted#2`, `wanted#3`, … that is."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}#{count}"
    return name
