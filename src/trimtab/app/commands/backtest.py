"""`trimtab backtest` and `trimtab compare`: what policies would have done to this household."""

from __future__ import annotations

from pathlib import Path

import click

from trimtab.app.commands.backtest_options import backtest_options, terms_given
from trimtab.app.commands.options import folder_argument, json_option

__all__ = ["backtest", "compare"]

LISTS = "?"
USUAL_FIGURE = "after_liquidation"


@click.command()
@folder_argument
@click.option(
    "--policy", "policies", multiple=True, metavar="NAME",
    help="A policy to run, as 5/25 or threshold:absolute=0.03; may be given several times.",
)  # fmt: skip
@backtest_options
@json_option
def backtest(folder: Path, policies: tuple[str, ...], as_json: bool) -> int:
    """What this mandate would have done to the household in DIR, lot by lot, after tax and cost.

    Runs the cycle that plans today over the days of the past: the mandate's own policy beside
    `hold`, or the policies that are named, held against the first of them. Writes a page to read,
    JSON and Parquet tables.
    """
    from trimtab.app.commands.backtest_runs import run_and_show
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    names = policies or ("hold", loaded.mandate.policy.name)
    return run_and_show(loaded, _named(names), terms_given(), as_json)


def _figure(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """The figure to rank by; `?` lists them and ends the command."""
    from trimtab.app.evidence import RankBy
    from trimtab.model.errors import nearest

    if value == LISTS:
        for one in RankBy:
            click.echo(f"{one.value:18} {one.words}")
        ctx.exit()
    if value not in list(RankBy):
        near = nearest(value, RankBy)
        text = f"{value!r} is no figure{', ' + near if near else ''}"
        raise click.BadParameter(f"{text.rstrip('.?')}; --by ? lists them.", ctx, param)
    return value


@click.command()
@folder_argument
@click.option(
    "--policy", "policies", multiple=True, metavar="NAME",
    help="A policy to compare, as 5/25; the usual seven and your own where none is named.",
)  # fmt: skip
@click.option(
    "--by", default=USUAL_FIGURE, show_default=True, metavar="FIGURE", callback=_figure,
    is_eager=True,
    help="What the policies are put in order by; ? lists the figures.",
)  # fmt: skip
@backtest_options
@json_option
def compare(folder: Path, policies: tuple[str, ...], by: str, as_json: bool) -> int:
    """Policies side by side over the same days, in the order of what they left the household in
    DIR.

    Differences against the first that is named (`hold` where none is) are shown with the interval
    that chance alone would fill. Writes a page to read, JSON and Parquet tables.
    """
    from trimtab.app.backtesting.policy_words import usual_policies
    from trimtab.app.commands.backtest_runs import run_and_show
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder)
    names = policies or usual_policies(loaded.mandate)
    return run_and_show(loaded, _named(names), terms_given(), as_json, by)


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as they were given, each once."""
    return tuple(dict.fromkeys(name.strip() for name in names))
