"""`trimtab init DIR`: a folder for a household, from a few questions or a template."""

import re
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.called_as import called_as
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.starter import AccountAnswer, Answers, TargetAnswer

__all__ = ["init"]

ACCOUNTS_MAX = 20
TARGETS_MAX = 40


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--template", metavar="NAME", help="Ask nothing: three-fund, two-fund or demo.")
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
def init(folder: Path, template: str | None, force: bool) -> int:
    """Make DIR with a commented mandate.toml and a lots.csv to fill in.

    Asks what to hold, which accounts there are, and what the tax depends on; every answer can be
    changed in the files later. Exits with 0, or with 2 where files would be overwritten.
    """
    from trimtab.app.starter import template_files, write_folder

    texts = _answered() if template is None else template_files(template)
    written = write_folder(folder, texts, force)
    for path in written:
        click.echo(f"wrote {path}", err=True)
    click.echo(f"\nNext: {_next_step(folder, texts)}", err=True)
    return Exit.DONE


def _answered() -> Mapping[str, str]:
    """The files that the answers make.

    Refuses: an end of the answers before that of the questions.
    """
    from trimtab.app.starter import starter_files

    if sys.stdin is None or sys.stdin.closed:
        raise _unanswered()
    try:
        return starter_files(_ask())
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise _unanswered() from None


def _unanswered() -> InputError:
    return InputError(
        "init",
        "the answers ended before the questions did",
        "nothing was written",
        "run it in a terminal, or ask nothing with --template three-fund",
    )


def _next_step(folder: Path, texts: Mapping[str, str]) -> str:
    if "trades.csv" in texts:  # only a whole household, as the demo, brings its trades
        return f"{called_as()} plan {folder}"
    files = str(folder / "lots.csv")
    if "prices.csv" in texts:
        files += f" and prices of the last months into {folder / 'prices.csv'}"
    return f"put your lots into {files}, then: {called_as()} check {folder}"


def _ask() -> "Answers":
    """Ask the questions, each with an answer ready."""
    from trimtab.app.starter import Answers
    from trimtab.model.taxes import FilingStatus

    click.echo("Each question has an answer ready; Return takes it.\n", err=True)
    name = _text("What shall the household be called?", "My household")
    accounts = _accounts()
    targets = _targets()
    click.echo("\nTax", err=True)
    choices = click.Choice([status.value for status in FilingStatus])
    filing: str = click.prompt("  How do you file?", "single", type=choices, err=True)
    income = _number(
        "  Taxable income of the year, without capital gains", "100000", Decimal(10**9)
    )
    state = _number("  Your state's rate on gains, in percent", "0", Decimal(100)) / 100
    click.echo("\nPrices", err=True)
    kinds = click.Choice(["files", "yahoo"])
    feed: str = click.prompt("  From prices.csv, or from Yahoo?", "files", type=kinds, err=True)
    return Answers(name, accounts, targets, filing, income, state, feed)


def _text(question: str, ready: str) -> str:
    answer: str = click.prompt(question, ready, err=True)
    return answer.strip()


def _number(question: str, ready: str, largest: Decimal) -> Decimal:
    """Ask for a number from zero to a largest one, until it is one."""
    from trimtab.app.values import read_number

    while True:
        try:
            number = read_number(_text(question, ready).rstrip("% "), "answer")
        except InputError as error:
            click.echo(f"  {error}", err=True)
            continue
        if 0 <= number <= largest:
            return number
        click.echo(f"  It must be between 0 and {largest}.", err=True)


def _accounts() -> "tuple[AccountAnswer, ...]":
    from trimtab.app.starter import AccountAnswer
    from trimtab.model.accounts import Wrapper

    click.echo("\nAccounts", err=True)
    wrappers = click.Choice([wrapper.value for wrapper in Wrapper])
    found: list[AccountAnswer] = []
    while len(found) < ACCOUNTS_MAX:
        ready = "taxable" if not found else "traditional"
        wrapper: str = click.prompt("  What kind is it?", ready, type=wrappers, err=True)
        owner = _text("  Whose is it? (join several with +)", "self")
        name = _text("  What do you call it?", wrapper.capitalize())
        taken = {account.id for account in found}
        found.append(AccountAnswer(_new_id(name, taken), wrapper, owner, name))
        if not click.confirm("  Is there another account?", default=False, err=True):
            break
    return tuple(found)


def _new_id(name: str, taken: set[str]) -> str:
    """A short id for lots.csv, made of a name."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:20] or "account"
    unique, count = plain, 1
    while unique in taken:
        count += 1
        unique = f"{plain}_{count}"
    return unique


def _targets() -> "tuple[TargetAnswer, ...]":
    from trimtab.app.starter import RISK_LEVELS, risk_targets

    click.echo("\nWhat to hold", err=True)
    for level, (word, stocks) in RISK_LEVELS.items():
        share = f"{float(stocks) * 100:.0f} % stocks, the rest bonds"
        click.echo(f"  {level}  {word}: {share}", err=True)
    click.echo("  own  name your own classes and weights", err=True)
    choices = click.Choice([*map(str, RISK_LEVELS), "own"])
    chosen: str = click.prompt("  Which?", "3", type=choices, err=True)
    return _own_targets() if chosen == "own" else risk_targets(int(chosen))


def _own_targets() -> "tuple[TargetAnswer, ...]":
    """Ask for classes until their weights sum to one."""
    from trimtab.app.starter import TargetAnswer

    found: list[TargetAnswer] = []
    left = Decimal(100)
    while left > 0 and len(found) < TARGETS_MAX:
        name = _text("  Name of the class", f"class {len(found) + 1}")
        if any(target.name == name for target in found):
            click.echo(f"  {name!r} is taken; choose another name.", err=True)
            continue
        weight = _number(f"  Its weight in percent ({left} left)", str(left), left)
        taken = {item for target in found for item in target.instruments}
        text = _text("  Held in (the first preferred, with commas)", "VTI")
        names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if not names or taken & set(names):
            click.echo("  Name instruments that no other class has.", err=True)
            continue
        found.append(TargetAnswer(name, weight / 100, names))
        left -= weight
    return tuple(found)
