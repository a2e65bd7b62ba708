"""Pages for people who are not signed in: they too send only our own forms.

A visitor's cookie holds a secret that a form's token follows from, and nothing else; signing in
puts a session in its place.

Errors: 403 for a form without its token.
"""

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException, Request
from starlette.responses import Response

from trimtab.app.web.security.csrf import csrf_of, is_safe, sent_token
from trimtab.app.web.security.principal import Principal
from trimtab.app.web.security.sessions import new_secret, set_session_cookie
from trimtab.app.web.security.signing_in import Comer

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["Visiting", "Visitor", "visiting"]

SECRET_MAX = 100
AGENT_MAX = 120


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page that is open to all; `principal` where they are signed in already."""

    request: Request
    world: "WebWorld"
    secret: str
    principal: Principal | None

    @property
    def csrf(self) -> str:
        """The token that a form of this page carries."""
        return csrf_of(self.secret)

    @property
    def origin(self) -> str:
        """The address that the browser asked, without a path."""
        return str(self.request.state.origin)

    @property
    def comer(self) -> Comer:
        """Where they come from, for what is written down."""
        agent = self.request.headers.get("user-agent", "")[:AGENT_MAX]
        return Comer(self.request.state.origin.address, agent)

    def keep(self, answer: Response) -> Response:
        """Give the browser its visitor's cookie with an answer."""
        answer.set_cookie(
            _cookie_name(self.world), self.secret, httponly=True, samesite="strict",
            secure=self.world.settings.is_secure, path="/",
        )  # fmt: skip
        return answer

    def let_in(self, answer: Response, token: str) -> Response:
        """Give the browser its session; the one that it had before ends, and so does the visit."""
        if self.principal is not None and self.principal.via == "session":
            self.world.store.sessions.end(self.principal.session)
        settings = self.world.settings
        answer.delete_cookie(
            _cookie_name(self.world), httponly=True, samesite="strict",
            secure=settings.is_secure, path="/",
        )  # fmt: skip
        set_session_cookie(answer, settings, token)
        return answer


async def visiting(request: Request) -> Visitor:
    """Somebody at an open page.

    Refuses: a form or a call without the token of this browser's visit.
    """
    world: WebWorld = request.app.state.world
    secret = request.cookies.get(_cookie_name(world), "")[:SECRET_MAX]
    if not is_safe(request.method):
        sent = await sent_token(request)
        if not secret or not hmac.compare_digest(sent.encode(), csrf_of(secret).encode()):
            words = "The page was too old, or cookies are off. Load it again, then try once more."
            raise HTTPException(403, words)
    return Visitor(request, world, secret or new_secret(), request.state.principal)


def _cookie_name(world: "WebWorld") -> str:
    return "__Host-trimtab_visitor" if world.settings.is_secure else "trimtab_visitor"


Visiting = Annotated[Visitor, Depends(visiting)]
