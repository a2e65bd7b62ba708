"""`trimtab journal upgrade STORE`: bring stores that an older Trimtab made to this one's form.

Exit codes: 0 they have it, 2 bad input.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from trimtab.app.exits import Exit
from trimtab.app.live.extra import require_live
from trimtab.model.errors import InputError

__all__ = ["upgrade"]


@click.command()
@click.argument("stores", nargs=-1, required=True, metavar="STORE...")
def upgrade(stores: tuple[str, ...]) -> int:
    """Bring a STORE that an older Trimtab made to this one's form; stop services, keep a copy.

    A STORE is a database's file or URL, or a household's folder: then its live store and the
    dashboard's, as far as there are any.
    """
    require_live()
    from trimtab.stores.sql.store import upgrade_store

    places = [place for store in stores for place in _places(store)]
    for place in dict.fromkeys(places):
        name, before, after = upgrade_store(place)
        if before == after:
            click.echo(f"{name} has this Trimtab's form already ({after}).")
        else:
            click.echo(f"{name} was brought from {before or 'nothing'} to {after}.")
    return Exit.DONE


def _places(store: str) -> Iterator[str]:
    """A database itself, or those of a folder.

    Refuses: a folder without any.
    """
    folder = Path(store)
    if not folder.is_dir():
        yield store
        return
    found = [place for place in _stores_of(folder) if "://" in place or Path(place).exists()]
    if not found:
        remedy = "name the database itself, or its URL"
        raise InputError(f"folder {store}", "there is no store in it", "", remedy)
    yield from found


def _stores_of(folder: Path) -> tuple[str, str]:
    """Where the live store and the dashboard's of a folder are, or would be."""
    from trimtab.app.live.service import open_settings
    from trimtab.app.web.settings import read_web

    return open_settings(folder).store_place, read_web(folder).store_place
