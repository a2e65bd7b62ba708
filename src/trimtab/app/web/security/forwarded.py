"""Where a request really came from, where a proxy that is trusted stands in between.

A proxy's words count only if the settings name its address; anybody else's are ignored.

Errors: none.
Source: MDN, `X-Forwarded-For`; only the last hop that is not trusted is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from trimtab.app.web.settings import WebSettings

__all__ = ["Origin", "origin_of"]


@dataclass(frozen=True, slots=True)
class Origin:
    """How a browser asked: `https` or `http`, the host with its port, and from which address."""

    scheme: str
    host: str
    address: str

    @property
    def name(self) -> str:
        """The host without its port, in small letters."""
        host = self.host.lower()
        if host.startswith("["):
            return host.partition("]")[0] + "]"
        return host.partition(":")[0]

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}"


def origin_of(scope: Scope, settings: WebSettings) -> Origin:
    """How a browser asked, by the proxy's word where it may be believed."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    address = str(client[0]) if client else ""
    scheme, host = str(scope.get("scheme", "http")), headers.get("host", "")
    if settings.proxy and address in settings.proxy_addresses:
        scheme = headers.get("x-forwarded-proto", "http").rpartition(",")[2].strip().lower()
        host = headers.get("x-forwarded-host", host).rpartition(",")[2].strip()
        hops = [one.strip() for one in headers.get("x-forwarded-for", "").split(",")]
        foreign = [one for one in hops if one and one not in settings.proxy_addresses]
        address = foreign[-1] if foreign else address
    return Origin(scheme, host, address)
