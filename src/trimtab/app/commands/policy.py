"""`trimtab policy [NAME] [DIR]`: which policy decides, and choosing another.

Exit codes: 0 done, 2 a name, setting or household that cannot be used; nothing is written then.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, json_option
from trimtab.app.exits import Exit

__all__ = ["policy"]

WORDS_MAX = 2


@click.command()
@click.argument("words", nargs=-1, metavar="[NAME] [DIR]")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE",
    help="A setting of the policy; KEY= leaves it to its default. May be given several times.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@as_of_option
@json_option
def policy(
    words: tuple[str, ...],
    settings: tuple[str, ...],
    dry_run: bool,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Which policy decides for the household in DIR, or choose the one named NAME.

    \b
    trimtab policy                         the policy, its settings, what it does
    trimtab policy no_trade_zone           choose another, for good
    trimtab policy 5/25 my-household       for the household in a folder
    trimtab policy --set review_days=63    another setting of the one there is

    A choice shows what it changes in today's decision, and writes [policy] in mandate.toml; all
    else there stays as it is, comments too.
    """
    name, folder = _name_and_folder(words)
    from trimtab.app.household import load_folder
    from trimtab.app.screens.words import progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    if name is None and not settings:
        from trimtab.app.choosing.answer import shown

        current = shown(loaded.mandate.policy)
        if as_json:
            from trimtab.app.choosing.as_json import policy_json
            from trimtab.app.json_text import print_json

            print_json({"schema": 1, "policy": policy_json(current)})
        else:
            from trimtab.app.screens.policy_screen import show_policy

            show_policy(current, str(folder))
        return Exit.DONE
    from trimtab.app.choosing.answer import change_of, write
    from trimtab.app.choosing.wish import read_settings
    from trimtab.app.solver_start import start_solver

    changes = read_settings(settings)
    start_solver()
    with progress("Asking both policies about today ..."):
        change = change_of(loaded, name, changes)
    is_written = change.is_new and not dry_run
    if is_written:
        write(change)
    if as_json:
        from trimtab.app.choosing.as_json import change_json
        from trimtab.app.json_text import print_json

        print_json(change_json(change, is_written))
    else:
        from trimtab.app.screens.policy_screen import show_change

        show_change(change, loaded.household.base_currency, is_written)
    return Exit.DONE


def _name_and_folder(words: tuple[str, ...]) -> tuple[str | None, Path]:
    """What was meant: a single word that is a household's folder, or a path, is no policy.

    Refuses: more words than a name and a folder.
    """
    from trimtab.app.config import MANDATE_NAME

    if len(words) > WORDS_MAX:
        raise click.UsageError("give a policy's NAME and a household's DIR, no more.")
    if len(words) == WORDS_MAX:
        return words[0], Path(words[1])
    if not words:
        return None, Path()
    alone = Path(words[0])
    is_path = alone.is_absolute() or words[0] in (".", "..") or (alone / MANDATE_NAME).is_file()
    return (None, alone) if is_path else (words[0], Path())
