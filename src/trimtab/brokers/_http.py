"""HTTP to a broker: exact JSON, time limits everywhere, and no write is ever sent twice.

A read that fails for want of a connection may be asked again; a write is sent once, and `Answer`
says what came of it: nothing, something unreadable, or a JSON answer.  Only a readable answer
proves anything.  Redirects are not followed: where an order would go is decided here.

Errors: reads raise `BrokerError`; a write never does.  No message holds a secret, and no error
keeps the one below it, whose request does.
"""

import ssl
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic

import httpx

from trimtab.brokers._answers import Answer, Proof, verdict_of
from trimtab.brokers._exact_json import NotExact, parsed, written
from trimtab.brokers._pace import HOLD_MAX_SECONDS, Pace, Rate
from trimtab.brokers._secrets import Cleaner, Secret
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.errors import InputError

__all__ = ["Answer", "Http", "Limits", "Proof", "verdict_of"]

ANSWER_BYTES_MAX = 32 * 1024 * 1024
READ_PAUSES = (0.25, 1.0)
"""Seconds before a read is asked again, and so how often."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
ASKS = {"Accept": "application/json"}
SENDS = {**ASKS, "Content-Type": "application/json"}
Sign = Callable[[str, str], Mapping[str, str]]
"""From a request's method and whole address to the headers that authenticate it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Unit: seconds; `whole` for an answer from first to last byte, `patience` for a turn.

    `penalty` is how long nobody asks after an answer of 429 that names no pause.
    """

    connect: float = 5.0
    read: float = 15.0
    whole: float = 30.0
    patience: float = 20.0
    penalty: float = 1.0


class Http:
    """One broker's HTTP service.

    `sign` gives the headers that authenticate a request (its method and address) and may raise
    `BrokerError`, `secrets` is all that must not be shown, `clock` our time, `transport` another
    network in tests.
    Refuses: an address without TLS, but for this machine's own.
    """

    def __init__(
        self,
        name: str,
        base: str,
        *,
        sign: Sign,
        secrets: Sequence[Secret],
        pace: Pace,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        limits: Limits | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.name, self.base = name, _safe(name, base)
        self.clean = Cleaner(secrets)
        self._sign, self._pace, self._clock, self._sleep = sign, pace, clock, sleep
        self._limits = limits or Limits()
        self._client = httpx.Client(
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            follow_redirects=False,
            verify=_trusted(),
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def read(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        rates: Sequence[Rate],
        also: frozenset[int] = frozenset(),
        method: str = "GET",
        body: object = None,
    ) -> Answer:
        """Ask; answers a readable success, or a readable answer of a status in `also`.

        Refuses: everything else, with the trouble that it is.
        """
        for pause in (*READ_PAUSES, None):
            self._pace.wait(rates, self._limits.patience)
            answer = self._once(method, path, params, body, rates, {})
            if answer.is_good or (answer.status in also and answer.proof is Proof.READ):
                return answer
            if pause is None or not _may_pass(answer):
                break
            self._sleep(pause)
        raise self.trouble(method, path, answer)

    def write(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, str] | None = None,
        *,
        rates: Sequence[Rate],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send once, whatever happens, and tell what came of it."""
        try:
            self._pace.wait(rates, self._limits.patience)
            return self._once(method, path, params, body, rates, headers or {})
        except BrokerError as error:  # before it left: pace, or a token that could not be had
            return Answer(Proof.NOT_SENT, self._clock(), text=str(error))

    def trouble(self, method: str, path: str, answer: Answer) -> BrokerError:
        """The error that a failed read is."""
        subject = f"{self.name}, {method} {path}"
        said = f": {answer.text}" if answer.text else ""
        match answer.status:
            case 0:
                return BrokerError(
                    Trouble.UNAVAILABLE, subject, answer.text, remedy="it is asked again later"
                )
            case 401:
                remedy = "check the key and the secret, and that they are of this environment"
                fact = f"the credentials were refused{said}"
                return BrokerError(Trouble.CREDENTIALS, subject, fact, remedy=remedy)
            case 403:
                remedy = "give a key that may do this"
                fact = f"the key may not do this{said}"
                return BrokerError(Trouble.PERMISSION, subject, fact, remedy=remedy)
            case 429:
                return BrokerError(Trouble.THROTTLED, subject, f"too many requests{said}")
            case status if status >= 500:
                return BrokerError(Trouble.UNAVAILABLE, subject, f"it answered {status}{said}")
        fact = f"it answered {answer.status} with something else than JSON{said}"
        if answer.proof is Proof.READ:
            fact = f"it answered {answer.status}{said}"
        return BrokerError(Trouble.UNREADABLE, subject, fact)

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: object,
        rates: Sequence[Rate],
        headers: Mapping[str, str],
    ) -> Answer:
        content = body if body is None or isinstance(body, bytes) else written(body)
        try:
            with self._client.stream(
                method,
                f"{self.base}{path}",
                params=params,
                content=content,
                headers={**(ASKS if content is None else SENDS), **headers},
                auth=_Signed(self._sign),
            ) as response:
                raw = self._bytes_of(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Answer(Proof.NONE, self._clock(), text=self._words(error))
        answer = self._answer_of(response, raw)
        if answer.status == 429:
            with suppress(BrokerError):  # a pace that is lost must not hide what was answered
                self._pace.hold(rates, answer.retry_after or self._limits.penalty)
        return answer

    def _bytes_of(self, response: httpx.Response) -> bytes:
        """All of an answer; a server that drips or never ends is cut off."""
        end = monotonic() + self._limits.whole
        raw = bytearray()
        for piece in response.iter_bytes():
            raw += piece
            if len(raw) > ANSWER_BYTES_MAX:
                raise httpx.ReadError(f"the answer is longer than {ANSWER_BYTES_MAX:,} bytes")
            if monotonic() > end:
                raise httpx.ReadTimeout(f"no whole answer in {self._limits.whole:g} seconds")
        return bytes(raw)

    def _answer_of(self, response: httpx.Response, raw: bytes) -> Answer:
        at = self._clock()
        text = self.clean(raw[:4_000].decode("utf-8", "replace"))
        headers = {name.lower(): value for name, value in response.headers.items()}
        proof, body = Proof.EMPTY, None
        if raw.strip():
            try:
                proof, body = Proof.READ, parsed(raw)
            except NotExact as error:
                proof, text = Proof.UNREADABLE, f"{error}: {text}"
        wait = _seconds(headers.get("retry-after", ""), at)
        return Answer(proof, at, response.status_code, body, text, headers, wait)

    def _words(self, error: Exception) -> str:
        words = self.clean(str(error))
        return f"no answer ({type(error).__name__}{f': {words}' if words else ''})"


class _Signed(httpx.Auth):
    """Signs a request as it leaves, so that no frame of a traceback holds what it signs with."""

    def __init__(self, sign: Sign) -> None:
        self._sign = sign

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers that authenticate."""
        request.headers.update(self._sign(request.method, str(request.url)))
        yield request


def _may_pass(answer: Answer) -> bool:
    """Whether a failed read may be answered in a moment."""
    return answer.status in (0, 502, 503, 504)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this process trusts, read once: the list takes long to read, and clients are many."""
    return httpx.create_ssl_context()


def _safe(name: str, base: str) -> str:
    url = httpx.URL(base)
    if url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK):
        return base.rstrip("/")
    raise InputError(
        f"the address of {name}",
        f"{url.scheme}://{url.host} sends credentials in the open",
        remedy="give an address that begins with https://",
    )


def _seconds(text: str, at: datetime) -> float | None:
    """A pause named as seconds or as a date."""
    if text.strip().isascii() and text.strip().isdigit():
        return min(float(Decimal(text.strip())), HOLD_MAX_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - at).total_seconds(), 0.0), HOLD_MAX_SECONDS)
