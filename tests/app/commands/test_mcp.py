"""`trimtab mcp` answers an assistant that starts it, and writes its calls down."""

import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.app.commands_run import BAD_INPUT, run
from tests.app.web.served import demo_house
from trimtab.stores.sql.web_store import open_web_store


@pytest.mark.slow
def test_an_assistant_on_this_machine_reads_and_is_written_down(tmp_path: Path):
    home = demo_house(tmp_path / "home")
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "trimtab", "mcp", str(home)], env=dict(os.environ)
    )

    async def ask() -> tuple[Any, Any]:
        async with Client(command) as client:
            return await client.list_tools(), await client.call_tool("households", {})

    listed, found = anyio.run(ask)
    assert "proposal" in [one.name for one in listed.tools]
    assert found.structured_content["households"][0]["id"] == "home"
    store = open_web_store(str(home / "web.db"))
    assert store.audit.page(1)[0].what == "mcp households"
    store.close()


def test_a_folder_that_is_none_is_refused(tmp_path: Path):
    assert run("mcp", tmp_path / "nowhere").exit_code == BAD_INPUT
