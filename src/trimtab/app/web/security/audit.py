"""What is written down of who came and what they did: an audit that is only ever added to.

Errors: those of the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from trimtab.model.web import AuditRecord, Outcome

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["Outcome", "audit", "noting_failure"]

TEXT_MAX = 300
"""Of each text, so that nobody fills the audit with one request."""


def audit(
    world: WebWorld,
    who: str,
    what: str,
    subject: str,
    outcome: Outcome,
    details: Mapping[str, str] | None = None,
    *,
    household: str = "",
    address: str = "",
) -> None:
    """Write down what somebody did or asked; `what` is a word such as `login` or `approve`.

    Details hold no secret: callers name things and never pass what was typed into a secret's field.
    """
    short = {_short(key): _short(value) for key, value in (details or {}).items()}
    world.store.audit.add(
        AuditRecord(
            *(world.clock(), _short(who), _short(what), _short(subject), outcome),
            household=_short(household),
            address=_short(address),
            details=short,
        )
    )


@contextmanager
def noting_failure(
    world: WebWorld, who: str, what: str, subject: str, household: str, address: str
) -> Iterator[None]:
    """Write down that something was tried and not done, with the reason, where it is refused.

    Refuses: what the block refuses.
    """
    try:
        yield
    except Exception as error:
        told = {"why": str(error)}
        audit(
            *(world, who, what, subject, Outcome.FAILED, told),
            household=household,
            address=address,
        )
        raise


def _short(text: str) -> str:
    clean = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return clean if len(clean) <= TEXT_MAX else clean[: TEXT_MAX - 1] + "…"
