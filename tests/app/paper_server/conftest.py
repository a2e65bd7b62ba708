"""A market with two instruments, held and quoted, behind HTTP."""

from collections.abc import Iterator

import pytest

from tests.app.paper_server.served import Served, served
from tests.brokers.paper.paper_parts import Market, at, tick

TICKS = [
    tick(at(4, 9, 30), "100.00", "100.10", "1000"),
    tick(at(4, 9, 30), "50.00", "50.02", name="BND"),
    tick(at(4, 12), "101.00", "101.10", "5000"),
]


@pytest.fixture
def paper() -> Iterator[Served]:
    market = Market(TICKS, cash="20000", held={"VTI": "50", "BND": "30.5"})
    with served(market, at(4)) as server:
        yield server
