"""What a request's body must be before anything reads it: JSON, and JSON that says one thing.

A key that stands twice in an object, or a number that is none, is refused: programs read such a
text in different ways (RFC 8259, 4), and one of the ways is another amount of money.

Errors: `Problem` 415 for another kind of body, 400 for one that is no JSON.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import NoReturn

from starlette.requests import Request

from trimtab.app.web.api_v1.problems import refusal

__all__ = ["check_body"]

KIND = "application/json"
WORDS_MAX = 80


async def check_body(request: Request) -> None:
    """Check that a body can be read in one way alone; an empty one is somebody else's business.

    Refuses: as the module says.
    """
    data = await request.body()
    if not data:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == KIND or (kind.startswith("application/") and kind.endswith("+json"))
    if not is_json:
        fact = f"the body is sent as {kind[:WORDS_MAX] or 'nothing that is named'}"
        raise refusal(415, "header.Content-Type", fact, f"{KIND} is taken", "send it as JSON")
    try:
        json.loads(data, object_pairs_hook=_told_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        fact = f"it is no JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise refusal(400, "body", fact) from None
    except RecursionError:
        raise refusal(400, "body", "it is nested too deeply") from None
    except UnicodeDecodeError:
        raise refusal(400, "body", "it is no text in UTF-8") from None
    except ValueError as error:
        raise refusal(400, "body", str(error)[:WORDS_MAX]) from None


def _told_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys all differ.

    Refuses: a key that stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        name, count = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {name[:WORDS_MAX]!r} stands {count} times in an object")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
