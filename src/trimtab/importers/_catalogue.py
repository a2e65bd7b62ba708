"""The formats that are known: those that come with the package, and those a person wrote.

A person's format of the same name replaces the package's.  Errors: `InputErrors` of a format file
that is wrong, with its line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from trimtab.importers._format import Format
from trimtab.importers._format_file import parse_format
from trimtab.model.errors import InputError, InputErrors

__all__ = ["COMMON", "built_in", "catalogue", "common_rules", "format_file", "package_format"]

COMMON = "_common"
ENDING = ".toml"
FOLDER = "importers/formats"


def format_file(format_id: str) -> str:
    """The text of a format that comes with the package.

    Refuses: a name that there is none of.
    """
    path = files("trimtab.importers").joinpath("formats", format_id + ENDING)
    if not path.is_file():
        raise InputError(f"format {format_id!r}", "there is none", "", "see `trimtab formats list`")
    return path.read_text(encoding="utf-8")


@cache
def common_rules() -> Format:
    """What all formats share."""
    return parse_format(format_file(COMMON), COMMON, f"{FOLDER}/{COMMON}{ENDING}")


@cache
def built_in() -> tuple[Format, ...]:
    """The formats that come with the package, by name."""
    folder = files("trimtab.importers").joinpath("formats")
    names = sorted(one.name.removesuffix(ENDING) for one in folder.iterdir())
    return tuple(
        package_format(name, is_trusted=True) for name in names if not name.startswith(("_", "."))
    )


def package_format(name: str, *, is_trusted: bool = False) -> Format:
    """One format of the package; unless it is trusted every pattern of it is checked.

    Refuses: a name that there is none of, and mistakes.
    """
    path = f"{FOLDER}/{name}{ENDING}"
    text, common = format_file(name), common_rules()
    return parse_format(text, name, path, common, format_file, is_trusted=is_trusted)


def catalogue(own: Iterable[Path] = ()) -> tuple[Format, ...]:
    """All formats; `own` are a person's files, which replace the package's of the same name.

    Refuses: a file of theirs that is wrong, all mistakes at once.
    """
    found = {one.id: one for one in built_in()}
    errors: list[InputError] = []
    for path in own:
        try:
            text = path.read_text(encoding="utf-8")
            read = parse_format(text, path.stem, str(path), common_rules(), format_file)
            found[path.stem] = replace(read, is_own=True)
        except InputErrors as several:
            errors += several.errors
        except (OSError, UnicodeDecodeError) as error:
            fact = f"it cannot be read ({error})"
            errors.append(
                InputError("format", fact, "", "correct it, or remove it", file=str(path))
            )
    if errors:
        raise InputErrors(errors)
    return tuple(found[name] for name in sorted(found))
