"""Changes of a mandate over the API: whoever changes says which version they saw.

The `ETag` is the digest of the mandate's text; `If-Match` has to name it (RFC 9110, 13.1.1).

Errors: `Problem` 412 where the mandate was changed since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import Header
from starlette.responses import Response

from trimtab.app.mandate_writing import MandateMoved, change_mandate, mandate_text_of
from trimtab.app.web.api_v1.problems import Problem

if TYPE_CHECKING:
    from trimtab.app.web.security.gate import Seen

__all__ = ["IfMatch", "changed", "mandate_now", "tag_of"]

ANY = "*"

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        pattern=r'^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$',
        max_length=1000,
        description="The `ETag` of the version that you read; `*` for whichever it is.",
    ),
]


def tag_of(digest: str) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{digest}"'}


def mandate_now(seen: Seen, response: Response) -> str:
    """The mandate's text; its version goes with the answer."""
    text, digest = mandate_text_of(seen.one.folder)
    response.headers.update(tag_of(digest))
    return text


def changed(seen: Seen, if_match: str, change: Callable[[str], str]) -> str:
    """Write what `change` makes of the mandate; answers the new version's digest.

    Refuses: another version than the one that was seen, and a result that is no mandate.
    """
    wanted = None if if_match == ANY else _named(seen, if_match)
    who = f"{seen.principal.name} over the API"
    try:
        return change_mandate(seen.one.folder, wanted, change, who, seen.world.clock())
    except MandateMoved as error:
        raise Problem(412, (error,)) from None


def _named(seen: Seen, if_match: str) -> str:
    """The version that a list of tags names: the one of now where it is among them.

    A weak tag matches nothing (RFC 9110, 8.8.3.2).
    """
    tags = [one.strip() for one in if_match.split(",")]
    strong = [one.strip('"') for one in tags if not one.startswith("W/")]
    _, digest = mandate_text_of(seen.one.folder)
    return digest if digest in strong else next(iter(strong), "")
