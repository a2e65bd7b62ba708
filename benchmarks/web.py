"""How fast the dashboard answers, and whether a thousand open pages hear everything.

    python -m benchmarks.web [--households 10000] [--streams 1000] [--events 60] [--json]

One server process, as `trimtab serve` runs it, is asked over loopback HTTP with keep-alive by this
one: every page with the demo's household (after a first look, which computes the decision), the
board with many households, pages in a row on several connections, and streams of events of which a
tenth are cut once and come back.  Every event is numbered, and each stream must have heard each of
them once and in order.

Times are processor time of the server, which is what they take on a core that nothing else uses;
the wall's clock stands beside them.

Errors: the exit status is 1 where a bound is missed or an event was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks._web_client import OK, Heard, Server, ask, ask_for_a_while, hear
from trimtab.app.demo import DEMO_FILES, DEMO_FOLDER
from trimtab.model.errors import must

__all__ = ["BOUNDS", "PageSpeed", "StreamsHeard", "main", "measure"]

BOUNDS = {"page_ms": 50.0, "page_bytes": 150_000, "board_ms": 300.0, "pages_a_second": 100.0}
HTML = "text/html"
TIMES, CONNECTIONS, SECONDS = 15, 4, 6.0
EVENT_SECONDS, LISTEN_SECONDS, STILL_SECONDS = 6.0, 240.0, 20.0
"""Events are published for so long, and listened for at most so long; an event that has not come
when nothing came for so long is lost."""
WAIT_SECONDS, POLL_SECONDS = 90.0, 0.5
MILLISECONDS = 1e3
BOARD = (
    "/board",
    "/board?flag=out_of_band",
    "/board?sort=drift&down=1",
    "/board?q=0042",
    "/board?page=150",
)


@dataclass(frozen=True, slots=True)
class PageSpeed:
    """A page.

    Unit: milliseconds; `server_ms` the server's processor time a page, on average, `wall_ms` from
    asking to the last byte, the median; `bytes` of its body.
    """

    path: str
    server_ms: float
    wall_ms: float
    first_ms: float
    bytes: int


class Served:
    """The server's process, and where it answers."""

    def __init__(self, server: Server, process: subprocess.Popen[str]) -> None:
        self.server, self._process = server, process

    def tell(self, words: str) -> None:
        """Send a line to it."""
        must(self._process.stdin is not None, "its standard input is piped")
        self._process.stdin.write(f"{words}\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]

    def cpu(self) -> float:
        """Processor time that it has used.  Unit: seconds."""
        self.tell("cpu")
        return float(self._process.stdout.readline())  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class StreamsHeard:
    """What open streams heard: `lost` and `twice` count events over all streams."""

    streams: int
    events: int
    came_back: int
    lost: int
    twice: int
    out_of_order: int
    gaps: int


def measure(
    households: int,
    streams: int,
    events: int,
    times: int = TIMES,
    seconds: float = SECONDS,
    event_seconds: float = EVENT_SECONDS,
) -> dict[str, object]:
    """All figures, with whether each bound is met; events are published for `event_seconds`."""
    with tempfile.TemporaryDirectory() as place, _served(Path(place), households) as served:
        pages = [_page(served, path, times) for path in served.server.pages]
        shown = [page for page in pages if page is not None and page.path != BOARD[0]]
        board = [page for path in BOARD if (page := _page(served, path, times)) is not None]
        own = [page.path for page in shown if page.path.startswith("/h/")]
        rates = {
            "home": _rate(served, ["/h/home"], seconds),
            "household": _rate(served, own, seconds),
        }
        heard = asyncio.run(_streams(served, streams, events, event_seconds))
    met = {
        "page_ms": all(page.server_ms <= BOUNDS["page_ms"] for page in shown),
        "page_bytes": all(page.bytes <= BOUNDS["page_bytes"] for page in shown),
        "board_ms": all(page.server_ms <= BOUNDS["board_ms"] for page in board),
        "pages_a_second": rates["household"]["a_cpu_second"] >= BOUNDS["pages_a_second"],
        "events": not heard.lost and not heard.twice and not heard.out_of_order,
    }
    return {
        "schema": 1,
        "pages": [asdict(page) for page in shown],
        "board": {"households": households, "pages": [asdict(page) for page in board]},
        "pages_a_second": rates,
        "streams": asdict(heard),
        "bounds": BOUNDS,
        "met": met,
    }


@contextmanager
def _served(place: Path, households: int) -> Iterator[Served]:
    """The server over the demo's household, in a process of its own."""
    home = place / "home"
    home.mkdir()
    for name in DEMO_FILES:
        shutil.copy(DEMO_FOLDER / name, home / name)
    command = [sys.executable, "-m", "benchmarks._web_server", str(place), str(households)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    must(process.stdin is not None and process.stdout is not None, "its streams are piped")
    try:
        told = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        tokens, pages = tuple(told["tokens"]), tuple(told["pages"])
        yield Served(Server(told["port"], told["cookie"], tokens, pages), process)
    finally:
        process.stdin.close()  # type: ignore[union-attr]
        process.wait(WAIT_SECONDS)
        process.stdout.close()  # type: ignore[union-attr]


def _page(served: Served, path: str, times: int) -> PageSpeed | None:
    """A page's speed; none for what is no page but a file or leads elsewhere."""
    [first] = ask(served.server, path, 1)
    if first.status != OK or first.kind != HTML:
        return None
    before = served.cpu()
    answers = ask(served.server, path, times)
    used = served.cpu() - before
    return PageSpeed(
        path,
        round(used / times * MILLISECONDS, 1),
        round(statistics.median(one.seconds * MILLISECONDS for one in answers), 1),
        round(first.seconds * MILLISECONDS, 1),
        max(one.size for one in answers),
    )


def _rate(served: Served, paths: Sequence[str], seconds: float) -> dict[str, float]:
    """Pages a second on some connections that are kept, by the wall's clock and by the server's."""
    before = served.cpu()
    count, spent = ask_for_a_while(served.server, paths, CONNECTIONS, seconds)
    used = served.cpu() - before
    return {"a_second": round(count / spent, 1), "a_cpu_second": round(count / used, 1)}


async def _streams(served: Served, streams: int, events: int, seconds: float) -> StreamsHeard:
    """Publish while all listen, and count what each heard."""
    ready, over = asyncio.Event(), asyncio.Event()
    heard = [Heard() for _ in range(streams)]
    listening = asyncio.ensure_future(hear(served.server, heard, streams // 10, ready, over))
    async with asyncio.timeout(WAIT_SECONDS):
        await ready.wait()
    served.tell(f"publish {events} {seconds}")
    began = moved = time.monotonic()
    reached = 0
    while reached < streams * events and time.monotonic() - began < LISTEN_SECONDS:
        await asyncio.sleep(POLL_SECONDS)
        if (now_at := sum(len(one.numbers) for one in heard)) > reached:
            reached, moved = now_at, time.monotonic()
        elif time.monotonic() - moved > STILL_SECONDS:
            break
    over.set()
    await listening
    return _counted(heard, events)


def _counted(heard: Sequence[Heard], events: int) -> StreamsHeard:
    whole = set(range(events))
    return StreamsHeard(
        streams=len(heard),
        events=events,
        came_back=sum(one.resumed for one in heard),
        lost=sum(len(whole - set(one.numbers)) for one in heard),
        twice=sum(len(one.numbers) - len(set(one.numbers)) for one in heard),
        out_of_order=sum(one.numbers != sorted(one.numbers) for one in heard),
        gaps=sum(one.gaps for one in heard),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--households", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    found = measure(asked.households, asked.streams, asked.events)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        _show(found)
    met = found["met"]
    return 0 if isinstance(met, dict) and all(met.values()) else 1


def _show(found: dict[str, object]) -> None:
    pages, board = found["pages"], found["board"]
    rows = [*pages, *board["pages"]]  # type: ignore[index, misc]
    for page in rows:
        times = f"{page['server_ms']:8.1f} ms server {page['wall_ms']:8.1f} ms wall"
        print(f"{page['path']:32} {times} {page['bytes']:9,} bytes")
    print(f"pages a second: {found['pages_a_second']}")
    print(f"streams: {found['streams']}")
    print(f"met: {found['met']}")


if __name__ == "__main__":
    sys.exit(main())
