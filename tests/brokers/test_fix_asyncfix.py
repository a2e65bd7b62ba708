"""The session against asyncfix, another implementation of FIX 4.4 than QuickFIX."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fake_fix import FakeExchange
from tests.brokers.test_fix_session import EVER, broker, free_port, order, until
from trimtab.brokers._fix_broker import FixBroker
from trimtab.brokers._fix_profiles import FIX44
from trimtab.brokers._fix_wire import Message
from trimtab.model.brokers import Link
from trimtab.model.orders import AckVerdict, OrderState

pytest.importorskip("quickfix", reason="QuickFIX is not installed (extra fix)")
pytest.importorskip("asyncfix", reason="asyncfix is not installed (extra dev)")


def served(exchange: FakeExchange, port: int) -> Any:
    """An acceptor by asyncfix in front of the exchange."""
    from asyncfix import FIXMessage
    from asyncfix.connection_server import AsyncFIXDummyServer
    from asyncfix.journaler import Journaler
    from asyncfix.message import MessageDirection
    from asyncfix.protocol import FIXProtocol44

    class Server(AsyncFIXDummyServer):
        async def on_message(self, msg: Any) -> None:
            fields = [(int(tag), value) for tag, value in msg.items() if int(tag) != 35]
            for answer in exchange.take(Message.of(str(msg.msg_type), fields)):
                await self.say(answer)

        async def say(self, answer: Message, *, lost: bool = False) -> None:
            """Send a report; a lost one is numbered and kept, and never reaches the network."""
            made = FIXMessage(answer.kind, dict(answer.body))
            if not lost:
                await self.send_msg(made)
                return
            text = self._codec.encode(made, self._session).encode()
            self._journaler.persist_msg(text, self._session, MessageDirection.OUTBOUND)

        async def on_connect(self) -> None:
            pass

        async def on_disconnect(self) -> None:
            pass

        async def on_logon(self, is_healthy: bool) -> None:
            pass

        async def on_logout(self, msg: Any) -> None:
            pass

        async def on_state_change(self, connection_state: Any) -> None:
            pass

        async def should_replay(self, historical_replay_msg: Any) -> bool:
            return True

    names = ("BROKER", "ASYNC", Journaler(), "127.0.0.1", port, 2)
    return Server(FIXProtocol44(), *names)


async def ended(server: Any) -> None:
    """Nothing of the server is left: neither its connection nor its tasks."""
    if server._socket_writer is not None:
        server._socket_writer.close()
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@dataclass
class Async:
    """The exchange, its server, and the loop that it runs in."""

    exchange: FakeExchange
    server: Any
    loop: asyncio.AbstractEventLoop
    account: FixBroker

    def say(self, message: Message, *, lost: bool = False) -> None:
        said = self.server.say(message, lost=lost)
        asyncio.run_coroutine_threadsafe(said, self.loop).result(5)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Async]:
    exchange, port, loop = FakeExchange(), free_port(), asyncio.new_event_loop()

    def run() -> None:
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    async def make() -> Any:
        server = served(exchange, port)
        loop.create_task(server.connect())
        return server

    server = asyncio.run_coroutine_threadsafe(make(), loop).result(5)
    time.sleep(0.2)
    account = broker(FIX44, port, tmp_path, "ASYNC")
    with closing(account):
        account.open()
        yield Async(exchange, server, loop, account)
    asyncio.run_coroutine_threadsafe(ended(server), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


def test_another_implementation_takes_our_orders_and_tells_what_becomes_of_them(
    peer: Async,
) -> None:
    account = peer.account
    peer.exchange.plan.extend(["part", "reject", "rest"])
    assert account.submit(order("tt-a")).verdict is AckVerdict.ACCEPTED
    assert account.submit(order("tt-b")).verdict is AckVerdict.REJECTED
    assert account.submit(order("tt-c")).verdict is AckVerdict.ACCEPTED
    assert account.cancel("tt-c").verdict is AckVerdict.ACCEPTED
    until(lambda: account.fills(EVER))
    found = account.find("tt-a")
    assert found is not None
    assert (found.state, found.filled) == (OrderState.PARTIAL, Decimal(5))
    assert account.find("tt-never") is None
    sent = [one.get(11) for one in peer.exchange.received if one.kind == "D"]
    assert sent == ["tt-a", "tt-b", "tt-c"]


def test_a_resent_report_that_quickfix_refuses_is_a_gap_and_the_order_tells_the_total(
    peer: Async,
) -> None:
    """It puts fields of the header behind the body when it resends, which the standard forbids."""
    account = peer.account
    peer.exchange.plan.append("rest")
    account.submit(order("tt-a"))
    account.events(0.2)
    peer.say(peer.exchange.fill("tt-a", "4"), lost=True)
    peer.say(peer.exchange.fill("tt-a", "6"))  # its number shows that one is missing
    gaps = [one for one in account.events(5.0) if isinstance(one, Link)]
    assert gaps[0].gap
    assert "out of required order" in gaps[0].why
    found = account.find("tt-a")
    assert found is not None
    assert (found.state, found.filled) == (OrderState.FILLED, Decimal(10))
