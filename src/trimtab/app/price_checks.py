"""Prices that a household needs and its feed lacks, or gives in another currency.

Errors: none are raised here; what is wrong is given back for the list of all mistakes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.app.config import MandateFile
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.price_feed import PRICE_NAMES
from trimtab.model.errors import InputError
from trimtab.model.snapshots import Price

__all__ = ["Place", "foreign_prices", "no_price"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instrument is named that needs a price."""

    file: Path
    line: int | None
    why: str


def no_price(name: str, place: Place, mandate_file: MandateFile, as_of: date) -> InputError:
    """The mistake that an instrument has no price, at the place that needs it."""
    remedy = f"add one to {PRICE_NAMES[0]}, or take it out of the mandate if you never use it"
    if place.file.name == LOTS_NAME:
        remedy = f"add one to {PRICE_NAMES[0]}"
    if mandate_file.feed.name != "files":
        remedy = f"check its id with the feed {mandate_file.feed.name!r}, or give prices.csv"
    return InputError(
        f"instrument {name!r}",
        f"the feed has no price on or before {as_of}",
        f"it needs one, because {place.why}",
        remedy,
        file=str(place.file),
        line=place.line,
    )


def foreign_prices(prices: Mapping[str, Price], mandate_file: MandateFile) -> Iterable[InputError]:
    """A price in another currency than the instrument's would be read as the wrong amount."""
    for name, price in prices.items():
        instrument = mandate_file.instruments[name]
        if price.currency != instrument.currency:
            yield InputError(
                f"price of {name!r}",
                f"the feed gives it in {price.currency}",
                f"the mandate says {instrument.currency}",
                "correct [instruments], or give prices.csv a currency column",
                file=str(mandate_file.path),
                line=mandate_file.line("instruments", name, "currency"),
            )
