"""Where a request really came from, where a proxy that is trusted stands in between.

A proxy's words count only if the settings name its address; anybody else's are ignored.

Errors: none.
Source: MDN, `X-Forwarded-For`; only the last hop that is not trusted is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from trimtab.app.web.settings import WebSettings

__all__ = ["Origin", "origin_of"]

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Origin:
    """How a browser asked: `https` or `http`, the host with its port, and from which address."""

    scheme: str
    host: str
    address: str

    @property
    def name(self) -> str:
        """The host without its port, in small letters; empty where it is no host with a port."""
        found = _HOST.fullmatch(self.host.lower())
        return "" if found is None else found[1]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}"


def origin_of(scope: Scope, settings: WebSettings) -> Origin:
    """How a browser asked, by the proxy's word where it may be believed."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    address = str(client[0]) if client else ""
    scheme, host = str(scope.get("scheme", "http")), headers.get("host", "")
    if settings.proxy and address in settings.proxy_addresses:
        scheme = (_said(headers, "x-forwarded-proto") or ["http"])[-1].lower()
        host = (_said(headers, "x-forwarded-host") or [host])[-1]
        hops = _said(headers, "x-forwarded-for")
        foreign = [one for one in hops if one not in settings.proxy_addresses]
        address = foreign[-1] if foreign else address
    return Origin(scheme, host, address)


def _said(headers: Headers, name: str) -> list[str]:
    """What a header says, in order: some proxies add to a line, others add a line behind it."""
    told = ",".join(headers.getlist(name)).split(",")
    return [one.strip() for one in told if one.strip()]
