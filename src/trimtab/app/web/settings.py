"""`web.toml`: where the dashboard listens, who may come, and how long a session lasts.

It stands beside `mandate.toml` (or, for many households, wherever `serve` starts), may be left out
and holds no secret:

    [web]
    host = "127.0.0.1"           # anything else needs accounts, and TLS or a proxy that has it
    port = 8765
    mode = "self_directed"       # or adviser
    store = "web.db"             # a file of the folder, or postgresql://user@host/database
    public_url = "https://trimtab.example.org"
    tls_certificate = "web.pem"
    tls_key = "web-key.pem"
    proxy = false                # true: TLS ends in front of it, at `proxy_addresses`
    second_factor = true         # who trades or approves needs one; false on localhost
    webhook_private = false      # true: webhooks may lead to private addresses, by https

    [sessions]
    idle_minutes = 30            # without a request; hours in all; minutes a sign-in stays fresh
    hours = 12
    fresh_minutes = 10

    [oidc]
    issuer = "https://login.example.org"
    client = "trimtab"           # its secret: TRIMTAB_WEB_OIDC, or the system's keyring
    label = "Example"

Errors: mistakes of the file with their line, and `InputError` for what may not start.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from trimtab.app.live.settings_secrets import refuse_secrets
from trimtab.app.text_files import Collector, read_text
from trimtab.model.errors import InputError, nearest
from trimtab.model.toml_lines import key_lines

if TYPE_CHECKING:
    from trimtab.stores.sql.web_store import WebStore

__all__ = ["LOOPBACK_NAMES", "WEB_NAME", "Mode", "OidcSettings", "WebSettings", "read_web"]

WEB_NAME = "web.toml"
PORT_DEFAULT = 8765
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
SELF_DIRECTED, ADVISER = "self_directed", "adviser"
Mode = str
MINUTES_MAX, HOURS_MAX = 24 * 60, 24 * 30


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An OpenID issuer that people sign in at; `label` is what the button says."""

    issuer: str
    client: str
    label: str = "your organisation"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """All that `web.toml` says; without the file it listens on this machine alone.

    Unit: minutes, hours, bytes and seconds, as the names say.
    Refuses: what cannot be meant, naming the key.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = PORT_DEFAULT
    mode: Mode = SELF_DIRECTED
    store: str = "web.db"
    public_url: str = ""
    tls_certificate: str | None = None
    tls_key: str | None = None
    proxy: bool = False
    proxy_addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    second_factor: bool | None = None
    mcp: bool = False
    webhook_private: bool = False
    idle_minutes: int = 30
    hours: int = 12
    fresh_minutes: int = 10
    first_minutes: int = 15
    body_bytes: int = 1024 * 1024
    upload_bytes: int = 32 * 1024 * 1024
    read_seconds: float = 20.0
    oidc: OidcSettings | None = field(default=None)

    def __post_init__(self) -> None:
        if not 0 <= self.port < 2**16:
            raise InputError("web.port", f"is {self.port}", "0 to 65535")
        if self.mode not in (SELF_DIRECTED, ADVISER):
            known = nearest(self.mode, (SELF_DIRECTED, ADVISER))
            raise InputError("web.mode", f"is {self.mode!r}", "self_directed or adviser", known)
        if (self.tls_certificate is None) != (self.tls_key is None):
            given = "tls_certificate" if self.tls_key is None else "tls_key"
            remedy = "name both files, or neither"
            raise InputError(f"web.{given}", "stands alone", "a certificate has a key", remedy)
        _within("sessions.idle_minutes", self.idle_minutes, MINUTES_MAX)
        _within("sessions.hours", self.hours, HOURS_MAX)
        _within("sessions.fresh_minutes", self.fresh_minutes, MINUTES_MAX)
        _check_public(self.public_url)

    @property
    def is_self_directed(self) -> bool:
        """Whether people look after their own money, and nothing may sound like advice."""
        return self.mode == SELF_DIRECTED

    @property
    def store_place(self) -> str:
        """The store's URL; a name alone is a file of the folder."""
        if "://" in self.store:
            return self.store
        return str(self.folder / Path(self.store).expanduser())

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it: no accounts are needed then."""
        return is_loopback(self.host) and not self.proxy and not self.public_url

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS, its own or a proxy's."""
        return self.tls_certificate is not None or self.proxy

    @property
    def wants_second_factor(self) -> bool:
        """Whether who trades or approves must have shown a second factor."""
        return not self.is_local if self.second_factor is None else self.second_factor

    @property
    def hosts(self) -> frozenset[str]:
        """Names by which a browser may ask for it, without ports; others are refused."""
        public = urlsplit(self.public_url).hostname
        if public is not None:
            return frozenset({public})
        return frozenset({*LOOPBACK_NAMES, self.host.lower()})

    def check_may_start(self, store: WebStore) -> None:
        """Hold the settings against what may be opened to a network.

        Refuses: beyond localhost, what lacks TLS, a public address, or accounts that can sign in.
        """
        if self.is_local:
            return
        subject, where = "the dashboard", self.public_url or self.host
        fact = f"it would listen beyond this machine ({where})"
        if not self.is_secure:
            remedy = "name tls_certificate and tls_key, or set proxy = true behind one that has TLS"
            raise InputError(subject, f"{fact} without TLS", "", f"in {WEB_NAME}, {remedy}")
        if not self.public_url.startswith("https://"):
            remedy = f'in {WEB_NAME}, write public_url = "https://…", as browsers reach it'
            raise InputError(subject, f"{fact}, and nothing says by which name", "", remedy)
        if not any(not one.is_off for one in store.people.all()):
            remedy = "make one: `trimtab web people add NAME --role admin`"
            raise InputError(subject, f"{fact} without accounts", "", remedy)


def read_web(folder: Path) -> WebSettings:
    """What `web.toml` of a folder says, the defaults where there is no such file.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    path = folder / WEB_NAME
    if not path.exists():
        return WebSettings(folder)
    text = read_text(path, "web settings")
    errors = Collector(str(path))
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        errors.refuse(None, "web settings", f"the file breaks: {error}", "", "mend the line")
        errors.raise_any()
        raise
    lines = key_lines(text)
    refuse_secrets({**document, "web": _shown(document.get("web"))}, (), lines, errors)
    errors.raise_any()
    given: dict[str, Any] = {}
    for name, section in document.items():
        if name not in _KEYS or not isinstance(section, dict):
            fact = "there is no such section" if name not in _KEYS else "is no section"
            errors.refuse(lines.get((name,)), f"[{name}]", fact, "", nearest(name, _KEYS))
        else:
            given |= _read(name, section, lines, errors)
    errors.raise_any()
    try:
        return _settings(folder, given)
    except InputError as error:
        section, _, key = error.subject.partition(".")
        errors.add(error, lines.get((section, key)))
        errors.raise_any()
        raise


_KEYS: Mapping[str, Mapping[str, type]] = {
    "web": {
        "host": str, "port": int, "mode": str, "store": str, "public_url": str,
        "tls_certificate": str, "tls_key": str, "proxy": bool, "proxy_addresses": list,
        "second_factor": bool, "mcp": bool, "webhook_private": bool,
    },
    "sessions": {"idle_minutes": int, "hours": int, "fresh_minutes": int},
    "oidc": {"issuer": str, "client": str, "label": str},
}  # fmt: skip
_WORDS = {int: "a whole number", bool: "true or false", str: "a text", list: "a list of texts"}


def _shown(section: object) -> object:
    """The section without the names of its key files, which are paths and no secrets."""
    if not isinstance(section, dict):
        return section
    return {key: value for key, value in section.items() if key != "tls_key"}


def _read(
    name: str,
    section: Mapping[str, object],
    lines: Mapping[tuple[str | int, ...], int],
    errors: Collector,
) -> dict[str, Any]:
    known = _KEYS[name]
    for key, value in section.items():
        line, subject = lines.get((name, key)), f"{name}.{key}"
        if key not in known:
            errors.refuse(line, subject, "unknown key", "", nearest(key, known))
        elif type(value) is not known[key]:
            errors.refuse(line, subject, f"is {value!r}", f"write {_WORDS[known[key]]}")
    if name != "oidc":
        return dict(section)
    for key in {"issuer", "client"} - section.keys():
        errors.refuse(lines.get((name,)), f"oidc.{key}", "is missing", "", "the issuer says it")
    return {"oidc": {**section}}


def _settings(folder: Path, given: dict[str, Any]) -> WebSettings:
    oidc = given.pop("oidc", None)
    if "proxy_addresses" in given:
        given["proxy_addresses"] = tuple(map(str, given["proxy_addresses"]))
    for key in ("tls_certificate", "tls_key"):
        if key in given:
            given[key] = str(folder / Path(given[key]).expanduser())
    made = WebSettings(folder, **given)
    if oidc is None:
        return made
    if not oidc["issuer"].startswith("https://") and not is_loopback(
        urlsplit(oidc["issuer"]).hostname or ""
    ):
        raise InputError("oidc.issuer", f"is {oidc['issuer']!r}", "it begins with https://")
    return replace(made, oidc=OidcSettings(**oidc))


def is_loopback(host: str) -> bool:
    """Whether an address leads back to this machine and to no other."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_public(url: str) -> None:
    parts = urlsplit(url)
    is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
    if url and (not is_whole or parts.query or parts.fragment or parts.username):
        bound = "https:// and a name, nothing behind it"
        raise InputError("web.public_url", f"is {url!r}", bound)


def _within(key: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InputError(key, f"is {value}", f"1 to {most}")
