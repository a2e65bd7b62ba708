"""Arguments that several commands share, each read the same way everywhere."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click

from trimtab.app.values import read_day, read_number
from trimtab.model.errors import InputError

__all__ = [
    "as_of_option",
    "flow_options",
    "folder_argument",
    "json_option",
    "policy_option",
    "read_amount_option",
    "read_day_option",
    "store_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def read_day_option(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """A day like 2026-03-31, or a refusal that says how to write one."""
    try:
        return None if value is None else read_day(value, param.opts[0])
    except InputError as error:
        raise _misuse(error, ctx, param) from None


def read_amount_option(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> Decimal | None:
    """An amount like 5000 or 5,000.00 that is not negative; nothing where nothing is given."""
    if value is None:
        return None
    try:
        amount = read_number(value, param.opts[0])
    except InputError as error:
        raise _misuse(error, ctx, param) from None
    if amount < 0:
        text = f"{value} is negative; write the amount without a sign."
        raise click.BadParameter(text, ctx, param)
    return amount


def _misuse(error: InputError, ctx: click.Context, param: click.Parameter) -> click.BadParameter:
    """The same mistake as one of the command line, which names the option itself."""
    text = str(error).removeprefix(f"{error.subject}: ")
    return click.BadParameter(text, ctx, param)


def folder_argument(command: Command) -> Command:
    """The household's folder, the current one where left out."""
    return click.argument("folder", default=".", type=click.Path(path_type=Path), metavar="[DIR]")(
        command
    )


def as_of_option(command: Command) -> Command:
    """The day to look at."""
    return click.option(
        "--as-of",
        metavar="DAY",
        callback=read_day_option,
        help="The day to look at, as 2026-03-31; the mandate's as_of or today where left out.",
    )(command)


def json_option(command: Command) -> Command:
    """JSON instead of a screen."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON on stdout, and nothing else there."
    )(command)


def policy_option(command: Command) -> Command:
    """Another policy than the mandate's."""
    return click.option(
        "--policy", metavar="NAME", help="Another policy than the mandate's; see `policies`."
    )(command)


def flow_options(command: Command) -> Command:
    """Money that comes in or is needed now."""
    command = click.option(
        "--account", metavar="ID", help="The account that money goes into or comes out of."
    )(command)
    command = click.option(
        "--withdraw",
        metavar="AMOUNT",
        default="0",
        callback=read_amount_option,
        help="Money needed now.",
    )(command)
    return click.option(
        "--deposit",
        metavar="AMOUNT",
        default="0",
        callback=read_amount_option,
        help="Money to put in now.",
    )(command)


def store_options(command: Command) -> Command:
    """The live service's store instead of the folder's own file, and whose journal in it."""
    of_store = click.option(
        "--store", metavar="URL", help="A store: sqlite:///live.db, postgresql://user@host/name."
    )
    of_household = click.option("--household", metavar="NAME", help="Whose journal in the store.")
    return of_store(of_household(command))
