"""The headers that every answer carries, pages, files and refusals alike.

No script and no style but our own files, nothing framed, nothing sent to anybody else, and nothing
kept in a shared cache.

Errors: none.
Source: OWASP Secure Headers Project.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from trimtab.app.web.settings import WebSettings

__all__ = ["POLICY", "with_headers"]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self), "
        "publickey-credentials-create=(self)"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR_SECONDS = 365 * 24 * 3600
STATIC = "/static/"


def with_headers(send: Send, settings: WebSettings, path: str) -> Send:
    """A `send` that adds the headers to whatever is answered; what an answer says itself stays."""

    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if settings.is_secure:
                lasts = f"max-age={YEAR_SECONDS}; includeSubDomains"
                headers.setdefault("Strict-Transport-Security", lasts)
            if not path.startswith(STATIC):
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_with
