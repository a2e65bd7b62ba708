"""From links to brokers: the paper broker over recorded prices, and others with their secrets.

A paper account lives in `paper-ACCOUNT.db` of the folder and begins with what the household holds.
It trades at the household's own prices; see `paper_accounts`.

Errors: `InputError` for settings, secrets and files that cannot be used; `BrokerError` of a broker.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.clocks import LiveClock, RecordedClock
from trimtab.app.live.link_settings import BLOCK_KEY
from trimtab.app.live.settings import PAPER, BrokerAccount
from trimtab.app.paper_accounts import (
    block_market,
    household_tape,
    paper_file,
    paper_market,
    session_tape,
)
from trimtab.brokers.paper.blocks import PaperBlocks
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import Tape
from trimtab.model.brokers import BrokerState
from trimtab.model.errors import InputError
from trimtab.plugins import configure
from trimtab.ports import Broker, QuoteFeed

if TYPE_CHECKING:
    from trimtab.brokers._base import BrokerKind, Wiring
    from trimtab.brokers._secrets import Secret

__all__ = [
    "Quoting",
    "connect",
    "join_blocks",
    "open_paper",
    "pace_file",
    "paper_file",
    "quotes_of",
]


@runtime_checkable
class Quoting(Protocol):
    """A kind of broker that shows live quotes."""

    def quotes(self, wiring: Wiring) -> QuoteFeed:
        """Bid and ask, with the account's secrets."""
        ...


def open_paper(
    loaded: LoadedHousehold, account: str, sessions: Sessions, clock: LiveClock
) -> tuple[PaperBroker, bool]:
    """A household's account at the paper broker, and whether it was opened only now.

    By the real clock it hears of prices as the feed does, on a recorded day of that day's alone.
    Refuses: a file that is no paper account.
    """
    market = paper_market(loaded, account, _tape(loaded, sessions, clock), sessions)
    is_new = market.path is not None and not market.path.exists()
    return PaperBroker(account, market.desk(clock), clock.sleep), is_new


def _tape(loaded: LoadedHousehold, sessions: Sessions, clock: LiveClock) -> Tape:
    if isinstance(clock, RecordedClock):
        return session_tape(loaded, sessions, clock())
    return household_tape(loaded, sessions)


def join_blocks(
    brokers: Mapping[str, Broker],
    links: Sequence[BrokerAccount],
    loaded: LoadedHousehold,
    sessions: Sessions,
    clock: LiveClock,
) -> None:
    """Let paper accounts that name one block account share orders.

    Refuses: accounts that are traded differently.
    """
    groups: dict[str, dict[str, PaperBroker]] = {}
    for link in links:
        broker, name = brokers.get(link.account), str(link.settings.get(BLOCK_KEY, ""))
        if name and isinstance(broker, PaperBroker):
            groups.setdefault(name, {})[link.account] = broker
    for name, together in groups.items():
        tape = _tape(loaded, sessions, clock)
        market = block_market(loaded, name, sorted(together), tape, sessions)
        desks = {account: broker.desk for account, broker in together.items()}
        blocks = PaperBlocks(market.desk(clock), desks)
        for broker in together.values():
            broker.share_blocks(blocks)


def connect(
    link: BrokerAccount,
    loaded: LoadedHousehold,
    sessions: Sessions,
    clock: LiveClock,
    secret: Callable[[str], Secret] | None = None,
) -> Broker:
    """The broker of a linked account, not opened yet.

    `secret` answers in place of the environment and the keyring.
    Refuses: a secret that is not there; settings that the broker does not have; a paper account
    that was removed.
    """
    if link.broker == PAPER:
        if not paper_file(loaded.folder, link.account).exists():
            fact = f"{paper_file(loaded.folder, link.account).name} is not there"
            remedy = "link it anew with `trimtab broker add paper`"
            raise InputError(f"paper account {link.account!r}", fact, "", remedy)
        return open_paper(loaded, link.account, sessions, clock)[0]
    wiring = _wiring(link, loaded, clock, secret)
    return _kind(link).connect(replace(wiring, custody=_custody(link, loaded, sessions, clock)))


def _custody(
    link: BrokerAccount, loaded: LoadedHousehold, sessions: Sessions, clock: LiveClock
) -> Callable[[], BrokerState] | None:
    """What shows the positions of an account whose broker does not."""
    from trimtab.app.live.custody import broker_positions, file_positions

    if isinstance(link.positions, BrokerAccount):
        return broker_positions(connect(link.positions, loaded, sessions, clock))
    if not link.positions:
        return None
    return file_positions(link, loaded.folder / link.positions, loaded, sessions, clock)


def quotes_of(link: BrokerAccount, loaded: LoadedHousehold, clock: LiveClock) -> QuoteFeed | None:
    """Quotes from the link's file, or live from its broker where that has a service of its own.

    Refuses: a secret or a file that is not there.
    """
    if link.quotes:
        from trimtab.feeds._recorded_quotes import RecordedQuotes

        return RecordedQuotes(str(loaded.folder / link.quotes))
    kind = _kind(link)
    return kind.quotes(_wiring(link, loaded, clock, None)) if isinstance(kind, Quoting) else None


def _kind(link: BrokerAccount) -> BrokerKind:
    return cast("BrokerKind", configure("brokers", link.broker, link.settings))


def _wiring(
    link: BrokerAccount,
    loaded: LoadedHousehold,
    clock: LiveClock,
    secret: Callable[[str], Secret] | None,
) -> Wiring:
    from trimtab.app.credentials import from_system
    from trimtab.brokers._base import Wiring
    from trimtab.brokers._pace import Pace

    asked = secret or from_system().of(link.secrets_of)
    pace = Pace(pace_file(link), time.time, clock.sleep)
    return Wiring(asked, pace, clock, clock.sleep)


def pace_file(link: BrokerAccount) -> Path:
    """Where the turns at a broker are kept: one file for each of the user's sets of keys.

    A broker counts what comes with a key, whichever household it is for.
    Refuses: a home that cannot be written.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trimtab"
    try:
        base.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        fact = f"it cannot be made ({error.strerror or error})"
        remedy = "name another with XDG_CACHE_HOME"
        raise InputError("folder of the pace", fact, "", remedy, file=str(base)) from None
    name = "".join(one if one.isalnum() else "-" for one in f"{link.broker}-{link.secrets_of}")
    return base / f"pace-{name}.db"
