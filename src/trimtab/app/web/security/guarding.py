"""The guard around the application: what every request passes before any page sees it.

In this order: the headers of every answer; the name by which it was asked (a foreign one is DNS
rebinding); TLS in front of a proxy; what another site's page sends; who asks; how large and how
slow the body may be.  Which page somebody may see is the gate's.

Errors: each refusal is an answer; a store that cannot be read is 503.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trimtab.app.web.api_v1.problems import problem_response, refusal
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.csrf import csrf_of, is_embedded, is_foreign, is_safe
from trimtab.app.web.security.forwarded import Origin, origin_of
from trimtab.app.web.security.headers import STATIC, with_headers
from trimtab.app.web.security.limits import (
    LimitedBody,
    TooMuch,
    TooSlow,
    body_limited,
    is_tried_too_often,
)
from trimtab.app.web.security.principal import Principal
from trimtab.app.web.security.sessions import cookie_name, session_principal
from trimtab.app.web.security.tokens import holder_of, principal_of_token
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["Guard"]

STRANGER_BODY_MAX = 64 * 1024
"""Who is not signed in sends forms and nothing larger."""
UNKNOWN_TOKEN = "unknown token"
UPLOADS = "/import"
"""Addresses that end so take files."""
ADDRESS_MAX = 8 * 1024
FOREIGN = "This was sent by another site's page."
TOO_MUCH = "This is larger than what is taken."
TOO_SLOW = "The request did not come in time."


class Refused(Exception):  # noqa: N818  (an answer, not a defect)
    """The guard's answer in place of the application's."""

    def __init__(self, status: int, words: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(words)
        self.status, self.words = status, words
        self.headers = {**(headers or {}), "Connection": "close"}

    def answer(self, scope: Scope) -> Response:
        """It, for a program or for a person."""
        if not scope["path"].startswith("/api/"):
            return PlainTextResponse(self.words, self.status, self.headers)
        refused = refusal(self.status, "request", self.words.removesuffix("."))
        refused.headers = self.headers
        return problem_response(Request(scope), refused)


class Guard:
    """An application behind the guard."""

    def __init__(self, app: ASGIApp, world: WebWorld) -> None:
        self.app, self.world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer in the application's place."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks another protocol
            await send({"type": "websocket.close", "code": 1008})
            return
        sends = with_headers(send, self.world.settings, scope["path"])
        try:
            bytes_max = await self._admit(scope)
        except Refused as refused:
            await refused.answer(scope)(scope, receive, sends)
            return
        except InputError as error:
            await Refused(503, str(error)).answer(scope)(scope, receive, sends)
            return
        body = body_limited(receive, bytes_max, self.world.settings.read_seconds)
        answer = _Answer(sends, body)
        try:
            await self.app(scope, body, answer)
        except (TooMuch, TooSlow):
            answer.is_held = True
        if answer.is_held:
            slow = isinstance(body.broke, TooSlow)
            held = Refused(408, TOO_SLOW) if slow else Refused(413, TOO_MUCH)
            await held.answer(scope)(scope, receive, sends)

    async def _admit(self, scope: Scope) -> int:
        """Check what comes before its body, and answer how large that may be."""
        settings, headers = self.world.settings, Headers(scope=scope)
        origin = origin_of(scope, settings)
        if origin.name not in settings.hosts:
            raise Refused(421, "This name is not served here.")
        if settings.is_secure and origin.scheme != "https":
            raise Refused(400, "This must be asked by https.")
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > ADDRESS_MAX:
            raise Refused(414, "This address is too long.")
        scope["scheme"] = origin.scheme  # what is made of it leads back by the way that was come
        state = scope.setdefault("state", {})
        state["origin"], state["principal"], state["csrf"] = origin, None, ""
        if scope["path"].startswith(STATIC):
            return 0
        if is_embedded(headers):
            raise Refused(403, FOREIGN)
        bearer = headers.get("authorization", "")
        if not bearer and not is_safe(scope["method"]) and is_foreign(headers, origin):
            await run_in_threadpool(self._note_foreign, scope, headers, origin)
            raise Refused(403, FOREIGN)
        principal, secret = await run_in_threadpool(self._who, scope, bearer, headers, origin)
        state["principal"], state["csrf"] = principal, csrf_of(secret)
        bytes_max = settings.body_bytes if principal is not None else STRANGER_BODY_MAX
        if principal is not None and scope["path"].endswith(UPLOADS):
            bytes_max = settings.upload_bytes
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > bytes_max:
            raise Refused(413, TOO_MUCH)
        return bytes_max

    def _who(
        self, scope: Scope, bearer: str, headers: Headers, origin: Origin
    ) -> tuple[Principal | None, str]:
        """Who asks, and the secret that proof of our own forms follows from."""
        if bearer:
            kind, _, token = bearer.partition(" ")
            is_ours = kind.lower() == "bearer"  # RFC 9110, 11.1: schemes know no case
            found = principal_of_token(self.world, token.strip()) if is_ours else None
            if found is None:
                if is_tried_too_often(self.world, "", origin.address):
                    raise Refused(429, "Too many tries; wait a quarter of an hour.")
                whose = holder_of(self.world, token.strip()) or UNKNOWN_TOKEN
                self._note(scope, whose, "a token that is good", origin)
                challenge = {"WWW-Authenticate": 'Bearer realm="trimtab"'}
                raise Refused(401, "This token is not good here.", challenge)
            return found, ""
        return self._in_session(headers)

    def _in_session(self, headers: Headers) -> tuple[Principal | None, str]:
        """Who is signed in by the session's cookie, and the cookie's secret."""
        cookies = cookie_parser(headers.get("cookie", ""))
        token = cookies.get(cookie_name(self.world.settings), "")
        found = session_principal(self.world, token) if token else None
        return found, token if found is not None else ""

    def _note_foreign(self, scope: Scope, headers: Headers, origin: Origin) -> None:
        """Write down in whose name another site asked; strangers' tries would only fill it."""
        principal, _ = self._in_session(headers)
        if principal is not None:
            self._note(scope, principal.name, "a page of our own", origin)

    def _note(self, scope: Scope, who: str, lacks: str, origin: Origin) -> None:
        """Write a refusal down."""
        audit(
            *(self.world, who, "denied", f"{scope['method']} {scope['path']}", Outcome.DENIED),
            {"needs": lacks},
            address=origin.address,
        )


class _Answer:
    """Sends the application's answer, and holds it back where the body was not taken."""

    def __init__(self, send: Send, body: LimitedBody) -> None:
        self.send, self.body = send, body
        self.has_begun = self.is_held = False

    async def __call__(self, message: Message) -> None:
        if not self.has_begun and self.body.broke is not None:
            self.is_held = True
            return
        self.has_begun = True
        await self.send(message)
