"""What the paper server answers when it refuses: status, code and message as Alpaca's API has them.

Errors: `ApiError` is one, and becomes the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trimtab.brokers.paper.checks import Refusal, Refused

__all__ = ["ApiError", "invalid", "not_found", "refused"]

_FORBIDDEN, _INVALID, _MISSING = (403, 40310000), (422, 42210000), (404, 40410000)
_CODES: Mapping[Refused, tuple[int, int]] = {
    Refused.DUPLICATE: (422, 40010001),
    Refused.BLOCKED: _FORBIDDEN,
    Refused.SHORT_SALE: _FORBIDDEN,
    Refused.BUYING_POWER: _FORBIDDEN,
    Refused.OPPOSITE_SIDE: _FORBIDDEN,
    Refused.NOT_FOUND: _MISSING,
}


@dataclass(eq=False)
class ApiError(Exception):
    """A request that is answered with an error; `status` of HTTP, `code` of Alpaca's own."""

    status: int
    code: int
    message: str


def refused(refusal: Refusal) -> ApiError:
    """The answer to what the account refuses."""
    status, code = _CODES.get(refusal.why, _INVALID)
    return ApiError(status, code, refusal.text)


def invalid(message: str) -> ApiError:
    """The answer to a request that cannot be meant so."""
    return ApiError(*_INVALID, message)


def not_found(what: str) -> ApiError:
    """The answer to a question for something that is not there."""
    return ApiError(*_MISSING, f"{what} not found")
