"""`trimtab import FILE …`: broker files become the household's lots, cash and history."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.called_as import called_as
from trimtab.app.commands.options import as_of_option, json_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.importing.merge import Merge
    from trimtab.app.importing.reading import Outcome
    from trimtab.app.starter import TargetAnswer

__all__ = ["import_files"]

DEFAULT_FOLDER = Path("my-household")
STALE_DAYS = 5


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--household",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The household's folder; this one where it is one, else my-household.",
)
@click.option("--dry-run", is_flag=True, help="Read and show; write nothing.")
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="NAME=ID",
    help="Which account of the household a broker's account is; may be repeated.",
)
@click.option(
    "--risk",
    type=click.IntRange(1, 5),
    help="For a new household: hold three funds at this level of risk, 1 to 5, "
    "in place of what is held.",
)
@as_of_option
@json_option
def import_files(
    files: tuple[Path, ...],
    folder: Path | None,
    dry_run: bool,
    accounts: tuple[str, ...],
    risk: int | None,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Read what your brokers let you download: positions, lots, transactions, realised gains.

    Each file is known by its content, never its name. Every row is taken, ignored by a named rule,
    or listed as a break with what to do; a file read twice adds nothing. --as-of is the day of
    files that do not tell their own. Exits with 0, with 1 where breaks are open, with 2 where
    something cannot be read.
    """
    with _without_collector():
        return _imported(files, folder, dry_run, accounts, risk, as_of, as_json)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows make no cycles, and to look for some takes a tenth of a large file's time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _imported(
    files: tuple[Path, ...],
    folder: Path | None,
    dry_run: bool,
    accounts: tuple[str, ...],
    risk: int | None,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Read, merge, write and show."""
    from trimtab.app.importing.commit import commit, finish_pending
    from trimtab.app.importing.merge import merge

    named = folder is not None
    place = folder or (Path() if Path("mandate.toml").exists() else DEFAULT_FOLDER)
    if place.is_dir():
        finish_pending(place)
    outcomes = _read(files, place)
    if not dry_run and not as_json and _mapped_now(outcomes, place):
        outcomes = _read(files, place)
    if dry_run and not named and not place.is_dir():
        _show(outcomes, None, written=False, as_json=as_json)
        return _code(outcomes, None)
    merged: Merge | None = None
    statements = [one.statement for one in sorted(outcomes, key=_age)]
    if any(one.format for one in statements):
        merged = merge(
            place,
            statements,
            today=as_of or _day_of(files),
            accounts=_pairs(accounts),
            targets=_targets(risk),
        )
        if not dry_run:
            commit(place, merged.entries, merged.texts, merged.after)
    _show(outcomes, merged, written=not dry_run, as_json=as_json)
    return _code(outcomes, merged)


def _read(files: Sequence[Path], folder: Path) -> tuple[Outcome, ...]:
    """Read all files, with a bar where somebody watches and it takes a while."""
    from trimtab.app.importing.reading import known_formats, read_files

    formats = known_formats(folder if folder.is_dir() else None)
    if not sys.stderr.isatty() or len(files) < 2:
        return read_files(files, formats)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading", total=len(files))
        return read_files(files, formats, lambda path: progress.advance(task))


def _mapped_now(outcomes: Sequence[Outcome], folder: Path) -> bool:
    """Ask a person at a terminal about files of unknown columns; whether a format was made."""
    unknown = [one.path for one in outcomes if one.is_unknown]
    if not unknown or sys.stdin is None or not sys.stdin.isatty():
        return False
    from trimtab.app.importing.format_questions import map_file

    made = False
    for path in unknown:
        question = f"No format knows {path.name}. Say now what its columns mean?"
        if click.confirm(question, default=True, err=True):
            folder.mkdir(parents=True, exist_ok=True)
            made |= map_file(path, folder) is not None
    return made


def _day_of(files: Sequence[Path]) -> date:
    """The day of files that do not tell it: that of the youngest, as it lies on the disk."""
    times = [path.stat().st_mtime for path in files if path.is_file()]
    return datetime.fromtimestamp(max(times)).astimezone().date() if times else date.today()


def _age(one: Outcome) -> tuple[float, str]:
    """The oldest file first: of two lists of one day the younger counts, in whatever order."""
    return (one.path.stat().st_mtime if one.path.is_file() else 0.0), one.path.name


def _pairs(given: Sequence[str]) -> Mapping[str, str]:
    """`NAME=ID` as a map.

    Refuses: anything else.
    """
    pairs = {}
    for text in given:
        name, mark, account = text.rpartition("=")
        if not mark or not name.strip() or not account.strip():
            remedy = "write it like --account XXXX-4321=joint"
            raise InputError("--account", f"{text!r} is no pair", "", remedy)
        pairs[name.strip()] = account.strip()
    return pairs


def _targets(risk: int | None) -> Sequence[TargetAnswer]:
    from trimtab.app.starter import risk_targets

    return () if risk is None else risk_targets(risk)


def _show(
    outcomes: Sequence[Outcome], merged: Merge | None, *, written: bool, as_json: bool
) -> None:
    """All that was read and what it came to."""
    if as_json:
        from trimtab.app.as_json import print_json
        from trimtab.app.importing.as_json import merge_json, statement_json

        told = {"files": [statement_json(one.statement) for one in outcomes]}
        print_json(told if merged is None else told | {"household": merge_json(merged, written)})
        return
    from trimtab.app.screens.import_screen import show_files, show_merge, show_summary
    from trimtab.app.screens.words import console
    from trimtab.model.breaks import BreakKind

    out = console()
    show_files(out, outcomes)
    if merged is None:
        return
    show_merge(out, merged, [one.statement for one in outcomes], written)
    show_summary(out, [one for one in merged.breaks if one.kind is not BreakKind.ROW])
    if written:
        click.echo(f"\nNext: {_next_step(merged)}", err=True)


def _next_step(merged: Merge) -> str:
    """What to do now."""
    folder = merged.folder
    if any(one.blocks for one in merged.breaks):
        return f"{called_as()} breaks {folder}"
    days = [one.as_of for one in merged.done.holdings.values()] if merged.done else []
    latest = max(days, default=None)
    is_old = latest is not None and (date.today() - latest).days > STALE_DAYS
    return f"{called_as()} plan {folder}" + (f" --as-of {latest}" if is_old else "")


def _code(outcomes: Sequence[Outcome], merged: Merge | None) -> int:
    if any(one.error is not None for one in outcomes):
        return Exit.BAD_INPUT
    has_breaks = any(one.statement.breaks for one in outcomes)
    return Exit.FINDINGS if has_breaks or (merged is not None and merged.breaks) else Exit.DONE
