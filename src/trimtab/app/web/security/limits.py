"""How much may come in, how slowly, and how often somebody may try to sign in.

Errors: `TooMuch` and `TooSlow` while a body is read; the guard turns them into answers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.types import Message, Receive

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = [
    "LimitedBody",
    "TooMuch",
    "TooSlow",
    "body_limited",
    "is_tried_too_often",
    "signed_in",
]

NAME_TRIES, NAME_TRIES_IN_ALL, ADDRESS_TRIES = 8, 25, 40
"""So many tries within the window: of a name from one address, of it from anywhere, of an address.

Who guesses at a name from one place keeps nobody else from signing in with it.
"""
TRIES_WINDOW = timedelta(minutes=15)


class TooMuch(Exception):  # noqa: N818  (what happened, not a defect)
    """A body is larger than what is taken."""


class TooSlow(Exception):  # noqa: N818  (what happened, not a defect)
    """A body did not come in time."""


@dataclass(slots=True)
class LimitedBody:
    """A body as it comes in: so many bytes, and all of them until a moment of the loop's clock.

    `broke` is what went wrong, also where a parser took the error for one of its own.
    """

    receive: Receive
    left: int
    ends: float
    is_whole: bool = False
    broke: TooMuch | TooSlow | None = None

    async def __call__(self) -> Message:
        """The next part.

        Refuses: more than was left with `TooMuch`, what is not there in time with `TooSlow`.
        """
        if self.is_whole:  # what comes now is that the other side left
            return await self.receive()
        wait = self.ends - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(self.receive(), max(wait, 0.001))
        except TimeoutError:
            self.broke = TooSlow()
            raise self.broke from None
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            self.broke = TooMuch()
            raise self.broke
        self.is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message


def body_limited(receive: Receive, bytes_max: int, seconds: float) -> LimitedBody:
    """A `receive` that takes so many bytes, all of them within so many seconds from now."""
    return LimitedBody(receive, bytes_max, asyncio.get_running_loop().time() + seconds)


def is_tried_too_often(world: WebWorld, name: str, address: str) -> bool:
    """Count a try to sign in, and say whether there were too many, by name or by address.

    It counts before the secret is looked at, so that tries at the same moment count as well, and
    for names that nobody has just the same.
    """
    now, attempts = world.clock(), world.store.attempts
    subjects = {_from(address): ADDRESS_TRIES}
    if name:
        subjects[_named(name, address)] = NAME_TRIES
        subjects[_named(name)] = NAME_TRIES_IN_ALL
    # One after the other: a try that one of them refuses does not count for those behind it.
    return any(
        attempts.note(subject, now, TRIES_WINDOW, most) > most for subject, most in subjects.items()
    )


def signed_in(world: WebWorld, name: str, address: str) -> None:
    """Begin counting a name's tries anew, and take back this one from the address's.

    The address's others go on counting, lest one account cover for tries; but an office in which
    many sign in by one address does not lock itself out.
    """
    world.store.attempts.forget(_named(name))
    world.store.attempts.forget(_named(name, address))
    world.store.attempts.take_back(_from(address))


def _from(address: str) -> str:
    return f"address {address}"


def _named(name: str, address: str = "") -> str:
    """A name's tries, of one address; hashed, for some type their password into its field."""
    told = f"name {sha256(name.encode()).hexdigest()}"
    return f"{told} {_from(address)}" if address else told
