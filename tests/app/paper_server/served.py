"""A paper server on this machine for tests, and Alpaca's own client against it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from alpaca.trading.client import TradingClient

from tests.brokers.paper.paper_parts import Market
from trimtab.app.paper_server.clocks import ReplayClock
from trimtab.app.paper_server.pace import Pace
from trimtab.app.paper_server.server import listening_socket, running
from trimtab.app.paper_server.service import Door, PaperService
from trimtab.brokers.paper.desk import PaperDesk

KEY, SECRET = "paper-taxable", "sesame"


@dataclass
class Served:
    """A running server, its clock, and what it knows."""

    url: str
    service: PaperService
    market: Market
    clock: ReplayClock

    def client(self, secret: str = SECRET) -> TradingClient:
        return TradingClient(KEY, secret, url_override=self.url)

    def ask(self, method: str, path: str, *, key: str = KEY, **more: Any) -> requests.Response:
        headers = {"APCA-API-KEY-ID": key, "APCA-API-SECRET-KEY": SECRET}
        headers |= more.pop("headers", {})
        return requests.request(method, self.url + path, headers=headers, timeout=10, **more)

    def set_clock(self, to: datetime) -> None:
        done = self.ask("POST", "/paper/clock", json={"to": to.isoformat()})
        assert done.status_code == 200, done.text


@contextmanager
def served(market: Market, start: datetime, limit: int = 10_000) -> Iterator[Served]:
    """The market behind HTTP, its clock standing at `start` until it is set."""
    clock = ReplayClock(start, 0.0, lambda: 0.0)
    desk = PaperDesk(market.engine, clock)
    service = PaperService({KEY: Door(SECRET, desk)}, clock, Pace(limit))
    with running(service, listening_socket(0)) as url:
        yield Served(url, service, market, clock)
