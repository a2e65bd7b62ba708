"""Where a webhook may lead: an address of the internet by https, and nowhere near this machine.

A name is looked up here and the delivery goes to the very address that was checked, so that a name
that says something else the next moment leads nowhere else.  On localhost (and there alone) plain
http to this machine is fine, for those who try things; private addresses have to be allowed by the
settings.

Errors: `InputError` for an address that a delivery may not go to.
Source: OWASP, "Server-Side Request Forgery Prevention".
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.web.settings import WebSettings

__all__ = ["Place", "Resolve", "place_of", "resolved"]

URL_LENGTH_MAX = 500
PORTS = {"https": 443, "http": 80}
EMBEDDING = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))
"""Addresses whose end is one of the older protocol, which a gateway takes out of them."""

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a delivery goes: `address` was checked, `host` is who is meant to be there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def url(self) -> str:
        """The URL by the address that was checked."""
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{shown}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        """Who is asked, as the URL named them."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == PORTS[self.scheme] else f"{shown}:{self.port}"


def resolved(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a name, as the system knows them.

    Refuses: a name that it does not know.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise InputError("url", f"nobody knows {host!r}", "", "check the name") from None
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def place_of(url: str, settings: WebSettings, resolve: Resolve = resolved) -> Place:
    """Where a URL leads now.

    Refuses: what is no URL, plain http, a name that leads to an address that is not allowed.
    """
    parts = _parts(url)
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    addresses = resolve(host, port)
    odd = [one for one in addresses if not _is_allowed(one, parts.scheme, settings)]
    if odd or not addresses:
        where = odd[0] if odd else "nothing"
        fact = f"{host} leads to {where}, over {parts.scheme}"
        bound = "deliveries go to addresses of the internet, by https"
        remedy = "name another, or allow it: webhook_private = true in web.toml"
        raise InputError("url", fact, bound, remedy)
    path = parts.path or "/"
    return Place(
        parts.scheme, host, port, addresses[0], f"{path}?{parts.query}" if parts.query else path
    )


def _parts(url: str) -> SplitResult:
    """The parts of a URL.

    Refuses: what is none, names a user, or is of another scheme.
    """
    remedy = "write it like https://example.org/hooks"
    is_plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not is_plain or len(url) > URL_LENGTH_MAX:
        bound = f"at most {URL_LENGTH_MAX} plain characters"
        raise InputError("url", "it is no address", bound, remedy)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError("url", "it is no address", "", remedy) from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise InputError("url", "it is no address of http", "it begins with https://", remedy)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InputError("url", "it names a user or a fragment", "", remedy)
    return parts


def _is_allowed(address: str, scheme: str, settings: WebSettings) -> bool:
    """Whether a delivery may go to an address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.is_site_local:
            return settings.webhook_private and scheme == "https"
        found = _within(found) or found
    if found.is_loopback:
        return settings.is_local or (settings.webhook_private and scheme == "https")
    if scheme != "https" or found.is_multicast or found.is_unspecified or found.is_link_local:
        return False  # link-local among it: where clouds keep their credentials
    return found.is_global or settings.webhook_private


def _within(address: IPv6Address) -> IPv4Address | None:
    """The address of the older protocol that a newer one leads to, where it does.

    Source: RFC 4291, 2.5.5; RFC 3056 (6to4); RFC 6052 and RFC 8215 (NAT64).
    """
    if address.is_loopback or address.is_unspecified:
        return None
    if any(address in net for net in EMBEDDING):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
