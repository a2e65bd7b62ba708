"""A household at a broker behind a real socket, whose answers a test may spoil one by one."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from tests.brokers.fake_alpaca import ACCOUNT, FakeAlpaca
from trimtab.app.live.settings import LIVE_NAME

_ROWS = [line.split(",") for line in LONG_PRICES.split()]
LAST = dict(zip(_ROWS[0][1:], _ROWS[-1][1:], strict=True))
"""The last close of each fund."""
START = datetime(2022, 10, 11, 15, 0, tzinfo=UTC)
QUOTES = "/v2/stocks/quotes/latest"
ONE_ACCOUNT = (
    MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n").replace(
        '[[accounts]]\nid = "ira"\nwrapper = "traditional"\n\n', ""
    )
    + '\n[trading]\napproval_above = "never"\n'
)
LOTS = """\
account,instrument,quantity,basis,acquired
joint,VTI,100,9000,2020-01-15
joint,BND,50,4100,2021-06-01
joint,CASH,1500,,
"""
Spoil = Callable[[httpx.Response], httpx.Response]
"""What becomes of an answer on its way."""


@dataclass
class Clock:
    """A clock of a session's morning, on which waiting takes no time."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class World:
    """The household's folder, its broker, and what is spoiled, by method and path."""

    folder: Path
    clock: Clock
    fake: FakeAlpaca
    spoiled: dict[str, Spoil] = field(default_factory=dict)
    clock_off: timedelta = timedelta(0)

    @property
    def sent(self) -> int:
        """How many orders were sent."""
        return self.fake.count("POST /v2/orders")

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The broker's answer, spoiled where a test says so."""
        self.fake.at = self.clock() + self.clock_off
        spoil = self.spoiled.get(f"{request.method} {request.url.path}")
        if spoil is not None and request.method == "POST":
            return spoil(httpx.Response(200))  # it never reached the exchange
        if request.url.path == QUOTES:
            moment = self.clock().isoformat()
            quotes = {
                name: {"bp": float(price) - 0.01, "ap": float(price) + 0.01, "t": moment}
                for name, price in LAST.items()
                if name in self.fake.symbols
            }
            response = httpx.Response(200, json={"quotes": quotes})
        else:
            response = self.fake.handle(request)
        return response if spoil is None else spoil(response)


def instead(text: str, status: int = 200, kind: str = "application/json") -> Spoil:
    """Another text in the answer's place."""
    return lambda _: httpx.Response(status, content=text, headers={"content-type": kind})


def cut_short(response: httpx.Response) -> httpx.Response:
    """The answer without its end."""
    half = response.content[: len(response.content) // 2]
    return httpx.Response(200, content=half, headers={"content-type": "application/json"})


def with_field(name: str, value: object) -> Spoil:
    """The same answer with another value in a field; of a list in its first element."""

    def spoil(response: httpx.Response) -> httpx.Response:
        body = json.loads(response.content)
        (body[0] if isinstance(body, list) else body)[name] = value
        return httpx.Response(200, json=body)

    return spoil


@contextmanager
def world(folder: Path, account: str = ACCOUNT) -> Iterator[World]:
    """A household whose broker listens on this machine."""
    clock = Clock()
    held = {"VTI": Decimal(100), "BND": Decimal(50)}
    fake = FakeAlpaca(clock(), cash=Decimal(1500), held=held, symbols=("VTI", "ITOT", "BND"))
    fake.prices = dict(LAST)
    made = World(folder, clock, fake)

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            address = f"http://broker{self.path}"
            request = httpx.Request(
                self.command, address, headers=dict(self.headers), content=self.rfile.read(length)
            )
            response = made.answer(request)
            self.send_response(response.status_code)
            kind = response.headers.get("content-type", "application/json")
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815  (the names that the library asks for)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    write_household(folder, mandate=ONE_ACCOUNT, prices=LONG_PRICES, lots=LOTS)
    (folder / LIVE_NAME).write_text(
        f'[accounts.joint]\nbroker = "alpaca"\naccount = "{account}"\naddress = "{url}"\n'
        f'data_address = "{url}"\nstream = false\nrequests_per_minute = 10000\n',
        encoding="utf-8",
    )
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
