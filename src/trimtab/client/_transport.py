"""How the client asks: one connection, a token, and refusals as `ProblemError`.

A POST carries an idempotency key, so that it may be sent again after a lost answer: it is, a few
times.  GET, PUT and DELETE may be repeated by their nature.

Errors: `ProblemError` for what the server refuses, `httpx.HTTPError` for a connection that fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx

from trimtab.client._decoding import decoded, encoded

__all__ = ["Mistake", "ProblemError", "Tagged", "Transport", "all_items", "place"]

T = TypeVar("T")
Item = TypeVar("Item", covariant=True)
TIMEOUT_SECONDS = 60.0
TRIES = 3
WAIT_SECONDS = 0.5
AGAIN = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a request, and what mends it."""

    subject: str
    fact: str
    bound: str = ""
    remedy: str = ""
    file: str | None = None
    line: int | None = None


class ProblemError(Exception):
    """What the server refused: `status` of HTTP, the kind of problem, and each mistake."""

    def __init__(
        self, status: int, kind: str, title: str, detail: str, errors: tuple[Mistake, ...]
    ) -> None:
        super().__init__(f"{status} {detail or title}")
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Tagged(Generic[T]):
    """An answer with the version that it is of; a change names it as `if_match`."""

    value: T
    etag: str


class Page(Protocol[Item]):
    """A page of a list."""

    @property
    def items(self) -> tuple[Item, ...]:
        """The entries."""
        ...

    @property
    def next_cursor(self) -> str | None:
        """What asks for the next page."""
        ...


def all_items(fetch: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Every entry of a list, page by page; `fetch` asks for the page of a cursor."""
    cursor: str | None = None
    while True:
        page = fetch(cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


@dataclass(frozen=True, slots=True)
class Transport:
    """A connection to one server with one token, which no `repr` shows."""

    http: httpx.Client = field(repr=False)
    wait: Callable[[float], None] = time.sleep

    def ask(
        self,
        shape: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: object = None,
    ) -> T:
        """Ask, and read the answer as a shape."""
        return self.tagged(shape, method, path, query=query, headers=headers, body=body).value

    def tagged(
        self,
        shape: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: object = None,
    ) -> Tagged[T]:
        """As `ask`, with the version that the answer is of."""
        sent = {name: value for name, value in (headers or {}).items() if value is not None}
        if method == "POST":
            sent.setdefault("Idempotency-Key", uuid4().hex)
        asked = {name: _text(one) for name, one in (query or {}).items() if one is not None}
        told = None if body is None else encoded(body)
        answer = self._sent(method, path, asked, sent, told)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if answer.status_code == 204:
            value: Any = None
        else:
            value = answer.json() if kind == "application/json" else answer.text
        return Tagged(decoded(shape, value), answer.headers.get("etag", ""))

    def _sent(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: Any,
    ) -> httpx.Response:
        """The answer; sent again where the connection failed or the server asks to wait.

        Refuses: what the server refuses.
        """
        for left in reversed(range(TRIES)):
            try:
                answer = self.http.request(method, path, params=query, headers=headers, json=body)
            except httpx.TransportError:
                if not left:
                    raise
            else:
                if answer.status_code not in AGAIN or not left:
                    break
            self.wait(WAIT_SECONDS * (TRIES - left))
        if answer.is_success:
            return answer
        raise _problem(answer)


def place(template: str, *names: str) -> str:
    """A path with names in its `{}`, each of them escaped."""
    return template.format(*(quote(name, safe="") for name in names))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(answer: httpx.Response) -> ProblemError:
    try:
        told = answer.json()
        errors = tuple(decoded(Mistake, one) for one in told.get("errors", ()))
        kind, title = str(told["type"]), str(told["title"])
        return ProblemError(answer.status_code, kind, title, str(told.get("detail", "")), errors)
    except (ValueError, KeyError, AttributeError):
        title = answer.reason_phrase or "no problem+json"
        return ProblemError(answer.status_code, "about:blank", title, "", ())
