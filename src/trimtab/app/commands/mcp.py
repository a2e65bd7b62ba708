"""`trimtab mcp [DIR ...]`: the read-only server for assistants on standard input and output.

Whoever starts it is the machine's owner; each call is in the audit of the dashboard's store.
Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

__all__ = ["mcp"]


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR]...")
def mcp(folders: tuple[Path, ...]) -> int:
    """Let an assistant on this machine ask about the households in DIRs: it reads, and no more.

    It speaks the Model Context Protocol on standard input and output, as assistants start it
    themselves. By HTTP it is part of `trimtab serve`, where `mcp = true` in web.toml.
    """
    try:
        from trimtab.app.web.mcp_stdio import serve_here
    except ModuleNotFoundError as error:
        remedy = "install it with `pip install 'trimtab[mcp]'`"
        fact = f"the package {error.name} is missing"
        raise InputError("the server for assistants", fact, "", remedy) from None
    serve_here(folders or (Path(),))
    return Exit.DONE
