"""`trimtab broker`: which broker holds each account.

Exit codes: 0 done, 2 bad input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError, nearest

if TYPE_CHECKING:
    from trimtab.app.json_text import Json
    from trimtab.app.live.service import Service
    from trimtab.app.live.settings import BrokerAccount
    from trimtab.brokers._secrets import Secret

__all__ = ["broker"]


@click.group()
def broker() -> None:
    """Which broker holds each account: add, list, remove.

    `trimtab broker add paper` trades on recorded prices with money that is none: the same orders,
    checks and books as with a real broker. Secrets of real ones never stand in a file.
    """


@broker.command()
@click.argument("kind", metavar="KIND")
@folder_argument
@click.option(
    "--account", metavar="ID", help="The account; paper takes all that no broker holds yet."
)
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True,
    help="A setting of the broker, as account=PA3TEST; several times for several.",
)  # fmt: skip
@click.option(
    "--connection", metavar="NAME", default="",
    help="The name of its secrets, where two accounts have keys of their own.",
)  # fmt: skip
@as_of_option
def add(
    kind: str,
    folder: Path,
    account: str | None,
    settings: tuple[str, ...],
    connection: str,
    as_of: date | None,
) -> int:
    """Link an account of the household in DIR to a broker: paper, or a real one by its name.

    A paper account begins with what the household holds. For a real one its keys are taken from the
    environment or the keyring, or asked for and kept in the keyring, and the account is looked at
    before anything is written.
    """
    from trimtab.app.live.links import add_links
    from trimtab.app.live.service import open_service
    from trimtab.app.live.settings import PAPER, BrokerAccount, broker_kinds, check_link

    with open_service(folder, as_of) as service:
        if kind not in broker_kinds():
            there = f"there are {', '.join(broker_kinds())}"
            raise InputError(
                "broker", f"there is no {kind!r}", there, nearest(kind, broker_kinds())
            )
        names = _accounts(service, kind == PAPER, account)
        given = dict(_setting(one) for one in settings)
        links = tuple(BrokerAccount(name, kind, connection, given) for name in names)
        for link in links:
            check_link(link)
        told = [_begun(service, link) for link in links]
        add_links(service.settings, links)
    for words in told:
        click.echo(words)
    return Exit.DONE


@broker.command("list")
@folder_argument
@json_option
def list_brokers(folder: Path, as_json: bool) -> int:
    """The accounts of the household in DIR, and the broker of each."""
    from trimtab.app.config import MANDATE_NAME, read_mandate
    from trimtab.app.live.service import open_settings

    settings = open_settings(folder)
    known = [one.id for one in read_mandate(folder / MANDATE_NAME).household.accounts]
    linked = {link.account for link in settings.accounts}
    if as_json:
        from trimtab.app.json_text import print_json

        rows: list[Json] = [
            {"account": one.account, "broker": one.broker, "settings": _plain(one.settings)}
            for one in settings.accounts
        ]
        unlinked = [name for name in known if name not in linked]
        print_json({"schema": 1, "accounts": rows, "not_linked": unlinked})
    else:
        from trimtab.app.screens.live_screen import show_links

        show_links(settings, [name for name in known if name not in linked], str(folder))
    return Exit.DONE


@broker.command()
@click.argument("account", metavar="ACCOUNT")
@folder_argument
def remove(account: str, folder: Path) -> int:
    """Take the link of an account out; the account at the broker stays as it is.

    Refused while orders of it are open. The file of a paper account stays: linked again, it goes on
    where it was.
    """
    from trimtab.app.live.links import remove_link
    from trimtab.app.live.service import open_service

    with open_service(folder) as service:
        service.settings.linked(account)
        waiting = [
            order.id
            for order in service.store.orders(service.household, open_only=True)
            if order.account == account
        ]
        if waiting:
            fact = f"{len(waiting)} orders of it are open, {waiting[0]} the first"
            remedy = "see `trimtab orders`, and wait until they are closed"
            raise InputError(f"account {account!r}", fact, "", remedy)
        link = remove_link(service.settings, account)
    click.echo(f"{account} is no longer linked to {link.broker}.")
    return Exit.DONE


def _accounts(service: Service, is_paper: bool, account: str | None) -> tuple[str, ...]:
    """The accounts to link.

    Refuses: an account that the mandate does not have, none named for a real broker.
    """
    household = service.loaded.household
    if account is not None:
        return (household.account(account).id,)
    linked = {link.account for link in service.settings.accounts}
    free = tuple(one.id for one in household.accounts if one.id not in linked)
    if not is_paper:
        known = ", ".join(one.id for one in household.accounts)
        raise InputError("--account", "is missing", f"the household has {known}", "name one")
    if not free:
        raise InputError("accounts", "every one is linked already", "", "see `trimtab broker list`")
    return free


def _setting(text: str) -> tuple[str, object]:
    """A setting as `key=value`; true, false and whole numbers are what they say.

    Refuses: a text without an equals sign, and what looks like a secret, which is not shown.
    """
    from trimtab.app.live.settings_secrets import looks_secret

    key, equals, value = text.partition("=")
    if not equals:
        raise InputError("--set", "it has no equals sign", "", "write it like account=PA3TEST")
    if looks_secret(key, value):
        fact, bound = "looks like a secret", "secrets stand in the environment or the keyring"
        raise InputError(f"--set {key}", fact, bound, "leave it out: it is asked for")
    if value in ("true", "false"):
        return key, value == "true"
    return key, int(value) if value.isdecimal() and not value.startswith("0") else value


def _begun(service: Service, link: BrokerAccount) -> str:
    """Open the account, and say what it shows.

    Refuses: a broker that does not let us in.
    """
    from trimtab.app.live.settings import PAPER
    from trimtab.app.live.wiring import connect, open_paper

    if link.broker == PAPER:
        opened, is_new = open_paper(service.loaded, link.account, service.sessions, service.clock)
        state = opened.open()
        opened.close()
        begins = "begins with" if is_new else "goes on with"
    else:
        real = connect(link, service.loaded, service.sessions, service.clock, _asking(link))
        state = real.open()
        real.close()
        begins = "holds"
    count = len(state.positions)
    cash = ", ".join(f"{one.settled + one.unsettled:,.2f} {one.currency}" for one in state.cash)
    positions = f"{count} position{'s' if count != 1 else ''}"
    return f"{link.account} at {link.broker} {begins} {positions} and {cash or 'no'} cash."


def _asking(link: BrokerAccount) -> Callable[[str], Secret]:
    """Secrets as they are kept; one that is not kept is asked for, hidden, and kept."""
    from trimtab.app.credentials import from_system
    from trimtab.brokers._secrets import Secret

    credentials = from_system()

    def secret(name: str) -> Secret:
        where = link.secrets_of
        if credentials.place(where, name) is None and sys.stdin.isatty():
            told = click.prompt(f"The {name} of {where} (kept in the keyring)", hide_input=True)
            credentials.store(where, name, Secret(str(told)))
        return credentials.of(where)(name)

    return secret


def _plain(settings: object) -> dict[str, str]:
    return {key: str(value) for key, value in dict(settings).items()}  # type: ignore[call-overload]
