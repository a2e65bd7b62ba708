"""`trimtab formats`: the formats of broker files that are known, and how to repair or add one.

Exit codes: 0 done, 1 a file is not read in full, 2 bad input (a format that is wrong counts too).
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import json_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from trimtab.app.importing.format_options import FormatOptions
    from trimtab.importers._format import Format

__all__ = ["formats"]

EDITOR_VARIABLES = ("VISUAL", "EDITOR")
_household = click.option(
    "--household",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The household's folder, whose formats/ come before the package's.",
)


@click.group(invoke_without_command=True)
@click.pass_context
def formats(ctx: click.Context) -> int:
    """The formats of broker files: list them, try one on a file, repair one, make a new one."""
    if ctx.invoked_subcommand is not None:
        return Exit.DONE
    return int(ctx.invoke(list_formats))


@formats.command("list")
@_household
@json_option
def list_formats(folder: Path | None = None, as_json: bool = False) -> int:
    """Every format that is known, the household's own among them."""
    from trimtab.app.importing.reading import known_formats
    from trimtab.app.plug_in_list import plug_ins

    known = known_formats(folder)
    readers = [(one.name, one.summary) for one in plug_ins("importers")]
    if as_json:
        from trimtab.app.as_json import print_json
        from trimtab.app.importing.format_json import format_json

        parts = [{"reader": name, "summary": summary} for name, summary in readers]
        print_json({"formats": [format_json(one) for one in known], "readers": parts})
    else:
        from trimtab.app.screens.format_screen import show_formats
        from trimtab.app.screens.words import console

        show_formats(console(), known, readers)
    return Exit.DONE


@formats.command()
@click.argument("name")
@_household
def show(name: str, folder: Path | None) -> int:
    """Print the format NAME as it is written."""
    click.echo(_text_of(name, folder), nl=False)
    return Exit.DONE


def _text_of(name: str, folder: Path | None) -> str:
    """The text of a format: the household's own, else the package's."""
    from trimtab.app.text_files import read_text

    own = _own_path(folder, name)
    return read_text(own, "format") if own is not None and own.exists() else _package_text(name)


def _own_path(folder: Path | None, name: str) -> Path | None:
    from trimtab.app.importing.reading import FORMATS_FOLDER

    return None if folder is None else folder / FORMATS_FOLDER / f"{Path(name).name}.toml"


def _package_text(name: str) -> str:
    from trimtab.importers._catalogue import built_in, format_file
    from trimtab.model.errors import nearest

    names = [one.id for one in built_in()]
    if name not in names:
        raise InputError(f"format {name!r}", "there is none", "", nearest(name, names))
    return format_file(name)


@formats.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_household
@json_option
def test(files: tuple[Path, ...], folder: Path | None, as_json: bool) -> int:
    """Show which format reads each FILE, how its columns are bound, and what becomes of its rows.

    A FILE that ends in .toml is a format: it is checked, and the other files are tried with it too.
    """
    from trimtab.app.importing.format_report import report_on

    known, checked = _with_given(files, folder)
    reports = [report_on(path, known) for path in files if path.suffix != ".toml"]
    if as_json:
        from trimtab.app.as_json import print_json
        from trimtab.app.importing.format_json import format_json, report_json

        print_json(
            {
                "formats": [format_json(one) for one in checked],
                "files": [report_json(one) for one in reports],
            }
        )
    else:
        from trimtab.app.screens.format_screen import kinds_of, show_report
        from trimtab.app.screens.words import console

        for form in checked:
            click.echo(f"{form.path}: a format of {form.broker} for {kinds_of(form)}; all is well")
        for report in reports:
            show_report(console(), report)
    is_whole = not any(one.outcome.statement.breaks for one in reports)
    return Exit.DONE if is_whole else Exit.FINDINGS


def _with_given(
    files: tuple[Path, ...], folder: Path | None
) -> tuple[tuple[Format, ...], tuple[Format, ...]]:
    """All formats with those among the files, and these alone.

    Refuses: formats that are wrong, with the mistakes of all.
    """
    from trimtab.app.importing.reading import own_format_files
    from trimtab.importers._catalogue import catalogue

    given = [path for path in files if path.suffix == ".toml"]
    mistaken: list[InputError] = []
    try:
        known = catalogue([*own_format_files(folder), *given])
    except InputErrors as several:
        mistaken += several.errors
    if mistaken:
        raise InputErrors(mistaken)
    return known, tuple(one for one in known if one.path in {str(path) for path in given})


@formats.command()
@click.argument("name")
@_household
def edit(name: str, folder: Path | None) -> int:
    """Copy the format NAME into the household, where it replaces the package's, and edit it.

    In a terminal your editor opens ($VISUAL or $EDITOR), and the format is checked when it closes;
    elsewhere the path is printed.
    """
    from trimtab.app.importing.new_format import write_format
    from trimtab.importers._catalogue import catalogue

    home = Path() if folder is None else folder
    path = _own_path(home, name)
    if path is None or not path.exists():
        path = write_format(home, name, _package_text(name))
        click.echo(f"copied the package's {name} to {path}", err=True)
    editor = next((os.environ[one] for one in EDITOR_VARIABLES if os.environ.get(one)), "")
    if editor and sys.stdin.isatty() and sys.stdout.isatty():
        try:
            subprocess.run([*shlex.split(editor), str(path)], check=False)
        except (OSError, ValueError) as error:
            raise InputError("editor", f"{editor!r} does not start ({error})") from None
    catalogue([path])
    click.echo(path)
    return Exit.DONE


@formats.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_household
@click.option("--kind", default="", help="positions, lots, transactions or realised_gains.")
@click.option(
    "--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Which column a field is; repeat."
)
@click.option(
    "--action", "actions", multiple=True, metavar="WORD=DOES", help="What a word does; repeat."
)
@click.option("--decimal", default="", help="The decimal mark, . or , (guessed from the numbers).")
@click.option("--date-format", default="", metavar="FORM", help="Such as %d/%m/%Y (guessed).")
@click.option("--broker", default="", help="Whose file it is.")
@click.option("--account", default="", help="Whose rows these are, where no column says so.")
@click.option("--currency", default="", help="The currency, where no column says so.")
@click.option("--name", default="", help="The format's name; the file's where left out.")
@click.option("--force", is_flag=True, help="Replace a format of the same name.")
@json_option
def new(
    file: Path,
    folder: Path | None,
    kind: str,
    maps: tuple[str, ...],
    actions: tuple[str, ...],
    decimal: str,
    date_format: str,
    broker: str,
    account: str,
    currency: str,
    name: str,
    force: bool,
    as_json: bool,
) -> int:
    """Say once what the columns of FILE are, and every file like it is read from then on.

    Asks, with a guess for each answer. With --kind or --map it asks nothing: what is left out is
    guessed, and refused where it could mean two things.
    """
    from trimtab.app.importing.format_options import FormatOptions, pairs

    home = Path() if folder is None else folder
    if not (kind or maps or as_json):
        from trimtab.app.importing.format_questions import map_file

        written = map_file(file, home)
        if written is None:
            click.echo("nothing was written", err=True)
            return Exit.DONE
        click.echo(f"wrote {written}", err=True)
        return Exit.DONE
    options = FormatOptions(
        kind=kind,
        columns=pairs(maps, "--map", '"symbol=Ticker"'),
        actions=pairs(actions, "--action", '"Bought=buy"'),
        decimal=decimal,
        date_form=date_format,
        broker=broker,
        name=name,
        account=account,
        currency=currency,
    )
    return _written(file, home, options, force, as_json)


def _written(file: Path, folder: Path, options: FormatOptions, force: bool, as_json: bool) -> int:
    """Make the format that the options describe, write it, and show what it reads."""
    from trimtab.app.importing.format_options import new_by_options
    from trimtab.app.importing.format_report import report_on
    from trimtab.app.importing.reading import known_formats

    path = new_by_options(file, folder, options, force=force)
    click.echo(f"wrote {path}", err=True)
    report = report_on(file, known_formats(folder))
    if as_json:
        from trimtab.app.as_json import print_json
        from trimtab.app.importing.format_json import report_json

        print_json({"format": str(path), **report_json(report)})
    else:
        from trimtab.app.screens.format_screen import show_report
        from trimtab.app.screens.words import console

        show_report(console(), report)
    return Exit.FINDINGS if report.outcome.statement.breaks else Exit.DONE
