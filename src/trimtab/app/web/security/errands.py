"""What somebody has to do first: sign in, prove it again, or set up a second factor.

A browser is led to the page for it and back; a program is told in problem+json.

Errors: none of its own.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from markupsafe import escape

from trimtab.app.web.security.addresses import own_address, page_before, with_next
from trimtab.app.web.security.csrf import is_safe

__all__ = ["FactorNeeded", "SignInNeeded", "StepUpNeeded", "answer_errands", "onward"]

SEE_OTHER = 303
API = "/api/"
STREAM = "text/event-stream"


class SignInNeeded(Exception):  # noqa: N818  (what is needed, not a defect)
    """Nobody is signed in."""


class FactorNeeded(Exception):  # noqa: N818  (what is needed, not a defect)
    """Who trades or approves must have shown a second factor; some have set one up for it."""

    def __init__(self, is_set_up: bool) -> None:
        super().__init__()
        self.is_set_up = is_set_up


class StepUpNeeded(Exception):  # noqa: N818  (what is needed, not a defect)
    """The last proof of who somebody is lies too far back."""

    def __init__(self, is_local: bool) -> None:
        super().__init__()
        self.is_local = is_local


def answer_errands(app: FastAPI) -> None:
    """Teach an application to answer what is needed first."""

    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, error: SignInNeeded) -> Response:
        fetched = request.headers.get("sec-fetch-site")
        is_led_here = fetched == "cross-site" and request.method == "GET"
        if is_led_here and request.headers.get("sec-fetch-mode") == "navigate":
            # A strict cookie is not sent along from another site; from our own page it is.
            return onward(_asked(request))
        challenge = {"WWW-Authenticate": 'Bearer realm="trimtab"'}
        return _answer(request, 401, "Sign in first.", "/login", challenge)

    @app.exception_handler(FactorNeeded)
    def add_factor(request: Request, error: FactorNeeded) -> Response:
        words = "This needs a second factor: an authenticator's code or a passkey."
        place = "/confirm" if error.is_set_up else "/account/factor"
        return _answer(request, 403, words, place, {})

    @app.exception_handler(StepUpNeeded)
    def prove_again(request: Request, error: StepUpNeeded) -> Response:
        words = "This needs a recent sign-in; a token that may do it is made for a day at most."
        return _answer(request, 403, words, "/confirm", {})


def onward(address: str) -> HTMLResponse:
    """A page that goes on to an address of ours by itself, as our own page and no other's."""
    place = escape(own_address(address))
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Trimtab</title>'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f'<meta http-equiv="refresh" content="0; url={place}"></head>'
        f'<body><main><h1>Trimtab</h1><p><a href="{place}">Go on</a></p></main></body></html>'
    )


def _asked(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _answer(
    request: Request, status: int, words: str, place: str, headers: dict[str, str]
) -> Response:
    is_stream = request.headers.get("accept", "").startswith(STREAM)
    if request.url.path.startswith(API) or is_stream:
        body = {"type": "about:blank", "title": words, "status": status}
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    back = _asked(request) if is_safe(request.method) else page_before(request)
    return RedirectResponse(with_next(place, back), SEE_OTHER)
