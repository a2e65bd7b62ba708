"""JSON on standard output: indented, and written part by part.

A long list has many entries on each line, so that a hundred thousand lots are written by the C
encoder, some at a time, and never lie in memory as one text.

Errors: none of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Json", "print_json"]

LONG_LIST = 200
AT_A_TIME = 100
"""Entries of a long list that stand on one line."""

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def print_json(value: Json) -> None:
    """Print on stdout, in ASCII whatever the terminal."""
    for part in _parts(value, ""):
        sys.stdout.write(part)
    sys.stdout.write("\n")


def _parts(value: Json, indent: str) -> Iterator[str]:
    """A value as it is printed."""
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        for number, (name, one) in enumerate(value.items()):
            yield f"{',' if number else '{'}\n{inner}{json.dumps(name)}: "
            yield from _parts(one, inner)
        yield f"\n{indent}}}"
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        if len(value) > LONG_LIST:
            yield from _long(value, inner)
        else:
            for number, one in enumerate(value):
                yield f"{',' if number else '['}\n{inner}"
                yield from _parts(one, inner)
        yield f"\n{indent}]"
    else:
        yield json.dumps(value)


def _long(value: Sequence[Json], indent: str) -> Iterator[str]:
    """A long list without its last bracket."""
    for start in range(0, len(value), AT_A_TIME):
        line = json.dumps(list(value[start : start + AT_A_TIME]))
        yield f"{',' if start else '['}\n{indent}{line[1:-1]}"
