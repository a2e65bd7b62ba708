"""The feed that a mandate names, set up over the files of its folder.

Errors: `InputErrors` with file and line for settings that the feed does not have, and for a folder
without a price file.
"""

from pathlib import Path
from typing import cast

from trimtab.app.config import MandateFile
from trimtab.model.errors import InputError, InputErrors
from trimtab.ports import Feed

__all__ = ["PRICE_NAMES", "feed_of"]

PRICE_NAMES = ("prices.csv", "prices.parquet", "prices.csv.gz")


def feed_of(folder: Path, mandate_file: MandateFile) -> Feed:
    """The feed that the mandate names, with its files found beside the mandate.

    Refuses: settings that the feed does not have, and a folder without a price file.
    """
    from trimtab.plugins import configure

    choice, settings = mandate_file.feed, dict[str, object](mandate_file.feed.settings)
    line = mandate_file.line("feed", "kind")
    if choice.name == "files":
        settings.setdefault("currency", mandate_file.household.base_currency)
        path = settings.get("path")
        if path is None:
            settings["path"] = str(_price_file(folder, mandate_file, line))
        elif isinstance(path, str):
            settings["path"] = str(folder / Path(path).expanduser())
    try:
        return cast(Feed, configure("feeds", choice.name, settings))
    except InputErrors as several:
        raise InputErrors(e.at(str(mandate_file.path), line) for e in several.errors) from None
    except InputError as error:
        raise InputErrors([error.at(str(mandate_file.path), line)]) from None


def _price_file(folder: Path, mandate_file: MandateFile, line: int | None) -> Path:
    for name in PRICE_NAMES:
        if (folder / name).exists():
            return folder / name
    error = InputError(
        "prices",
        f"there is none of {', '.join(PRICE_NAMES)} in {str(folder)!r}",
        "every instrument needs a price",
        'put one there (columns date,VTI,BND …), or set [feed] kind = "yahoo"',
        file=str(mandate_file.path),
        line=line,
    )
    raise InputErrors([error])
