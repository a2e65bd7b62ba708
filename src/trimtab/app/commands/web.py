"""`trimtab web`: who may come to the dashboard, a one-time link, whether it may start, its audit.

Exit codes: 0 done, 1 the audit is not as it was written, 2 bad input, which is also what the
dashboard would refuse to start with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import folder_argument
from trimtab.app.exits import Exit
from trimtab.app.screens.audit_screen import show_audit_check
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.web.security.accounts import Accounts
    from trimtab.app.web.settings import WebSettings

__all__ = ["web"]

ROLES = ("view", "run", "trade", "approve", "admin")
name_argument = click.argument("name", metavar="NAME")
port_option = click.option(
    "--port", type=click.IntRange(1, 65_535), default=None, metavar="PORT",
    help="The dashboard's port, where `serve --port` said another than web.toml.",
)  # fmt: skip


@click.group()
def web() -> None:
    """Who may come to the dashboard, and from where."""


@web.group()
def people() -> None:
    """Accounts: make, list, invite again, remove."""


@people.command("add")
@name_argument
@folder_argument
@click.option("--role", type=click.Choice(ROLES), default="view", help="What they may.")
@click.option("--household", "households", multiple=True, help="This one alone; may be repeated.")
@click.option("--email", default="", help="For signing in at an issuer (OpenID Connect).")
@click.option("--shown", default="", metavar="TEXT", help="The name to show.")
@port_option
def add_person(
    name: str,
    folder: Path,
    role: str,
    households: tuple[str, ...],
    email: str,
    shown: str,
    port: int | None,
) -> int:
    """Make an account and print the link with which NAME sets a password, once.

    DIR is where web.toml stands; --household takes a household's name as it is in addresses.
    """
    from trimtab.app.web.security.audit import Outcome
    from trimtab.model.web import Right

    with _accounts(folder) as accounts:
        among = frozenset(households) or None
        person = accounts.add(name, Right(role), among, shown, email)
        accounts.note("person", f"{person.name} made", Outcome.DONE, {"right": role})
        click.echo(f"{person.name} may {role}. A link to set a password, good once:")
        click.echo(accounts.invite(person.name, _address(accounts.settings, port)))
    return Exit.DONE


@people.command("invite")
@name_argument
@folder_argument
@port_option
def invite_person(name: str, folder: Path, port: int | None) -> int:
    """Print another link with which NAME sets a password; earlier ones are good for nothing."""
    from trimtab.app.web.security.audit import Outcome

    with _accounts(folder) as accounts:
        link = accounts.invite(name, _address(accounts.settings, port))
        accounts.note("person", f"{name} invited", Outcome.DONE, {})
        click.echo(link)
    return Exit.DONE


@people.command("list")
@folder_argument
def list_people(folder: Path) -> int:
    """Everybody who has an account, and what they may."""
    with _accounts(folder) as accounts:
        found = accounts.store.people.all()
        for one in found:
            where = (
                "all households" if one.households is None else ", ".join(sorted(one.households))
            )
            how = "a password" if one.password else "no password yet"
            how += ", an authenticator" if one.totp else ""
            is_off = "; switched off" if one.is_off else ""
            click.echo(f"{one.name}: may {one.right} in {where}; {how}{is_off}")
        if not found:
            click.echo("Nobody has an account; the machine's owner comes by a one-time link.")
    return Exit.DONE


@people.command("remove")
@name_argument
@folder_argument
def remove_person(name: str, folder: Path) -> int:
    """Remove an account with its sessions, tokens and passkeys; the audit keeps its name."""
    from trimtab.app.web.security.audit import Outcome

    with _accounts(folder) as accounts:
        person = accounts.remove(name)
        accounts.note("person", f"{person.name} removed", Outcome.DONE, {})
        click.echo(f"{person.name} was removed.")
    return Exit.DONE


@web.command()
@folder_argument
@port_option
def link(folder: Path, port: int | None) -> int:
    """Print a new link that signs this machine's owner in, once."""
    from trimtab.app.web.security.first_token import new_first_link

    with _accounts(folder) as accounts:
        settings, now = accounts.settings, accounts.now
        click.echo(new_first_link(accounts.store, settings, now, _address(settings, port)))
    return Exit.DONE


@web.command()
@folder_argument
def check(folder: Path) -> int:
    """Say whether the dashboard may start with these settings, and who could reach it."""
    with _accounts(folder) as accounts:
        settings = accounts.settings
        settings.check_may_start(accounts.store)
        count = len(accounts.store.people.all())
        who = "this machine alone" if settings.is_local else "whoever reaches the address"
        factor = "is needed" if settings.wants_second_factor else "is not asked for"
        click.echo(f"It may start: {_address(settings)}, for {who}.")
        click.echo(f"Accounts: {count}. To trade or approve, a second factor {factor}.")
    return Exit.DONE


@web.command()
@click.argument(
    "place", default=".", type=click.Path(path_type=Path, exists=True), metavar="[DIR|FILE]"
)
@click.option(
    "--noted", metavar="HASH", default="", help="A hash noted earlier; it must still be there."
)
def verify(place: Path, noted: str) -> int:
    """Find every record of the audit that was altered, removed, added or moved.

    DIR is where web.toml stands. FILE is an export, which the page of the audit hands out; it is
    checked by itself. Note the last hash that is printed somewhere else: whoever owns the database
    can write the audit anew as a whole, and only a hash noted elsewhere shows that.
    """
    from trimtab.app.web_audit import checked_file, folder_audit

    hashed = noted.strip().lower()
    found = folder_audit(place, hashed) if place.is_dir() else checked_file(place, hashed)
    if found is None:
        fact, remedy = "no dashboard was opened here", "name the folder of its web.toml"
        raise InputError(f"audit of {place}", fact, "", remedy)
    show_audit_check(found)
    return Exit.DONE if found.is_whole else Exit.FINDINGS


@contextmanager
def _accounts(folder: Path) -> Iterator[Accounts]:
    """The accounts of the dashboard whose settings stand in a folder."""
    from trimtab.app.web.extra import require_web

    require_web()
    from trimtab.app.web.security.accounts import Accounts
    from trimtab.app.web.settings import read_web
    from trimtab.stores.sql.web_store import open_web_store

    settings = read_web(folder)
    store = open_web_store(settings.store_place)
    try:
        yield Accounts(store, settings, None, datetime.now(UTC))
    finally:
        store.close()


def _address(settings: WebSettings, port: int | None = None) -> str:
    """The address that people type."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    scheme = "https" if settings.is_secure else "http"
    return f"{scheme}://{settings.host}:{port or settings.port}"
