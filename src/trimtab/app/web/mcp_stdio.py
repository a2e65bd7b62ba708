"""The server for assistants on this process's standard input and output.

Errors: `InputError` for folders that are none, and for a store that cannot be opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_urlsafe

import anyio
from mcp.server.stdio import stdio_server

from trimtab.app.live.asking import person_here
from trimtab.app.web.events import Hub
from trimtab.app.web.households import Households
from trimtab.app.web.mcp_server import server_for
from trimtab.app.web.mcp_tools import Caller
from trimtab.app.web.security.principal import Principal
from trimtab.app.web.settings import read_web
from trimtab.app.web.working import Worker
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right, rights_up_to
from trimtab.stores.sql.web_store import open_web_store

__all__ = ["serve_here"]


def serve_here(folders: Sequence[Path]) -> None:
    """Serve until the input ends.

    Refuses: folders that are none, a store that cannot be opened.
    """
    settings = read_web(folders[0])
    households = Households(folders, date.today)
    store = open_web_store(settings.store_place)
    hub = Hub()
    worker = Worker(hub, _now)
    try:
        world = WebWorld(settings, households, store, _now, hub, worker, lambda: token_urlsafe(24))
        owner = Principal(person_here(), rights_up_to(Right.VIEW), None, "stdio", None)
        anyio.run(_serve, Caller(world, owner))
    finally:
        worker.close()
        store.close()


async def _serve(caller: Caller) -> None:
    server = server_for(lambda _: caller)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _now() -> datetime:
    return datetime.now(UTC)
