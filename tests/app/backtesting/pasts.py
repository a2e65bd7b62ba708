"""A small household with a past: two accounts, three funds, and closes of two years, made up."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, sin
from pathlib import Path

from tests.app.folders import LOTS, MANDATE, write_household
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory
from trimtab.policies._schedule import is_session

LAST = date(2022, 10, 11)
FIRST = date(2020, 10, 1)
"""The days that the closes cover."""
START = date(2022, 5, 2)
"""A first day with enough closes before it for an estimate of risk."""
DATED = MANDATE.replace('"Test household"', f'"Test household"\nas_of = {LAST}')
"""The mandate of the other tests, as of the last day of the closes."""


def sessions(first: date = FIRST, last: date = LAST) -> list[date]:
    """The sessions from one day to another."""
    days = ((last - first).days + 1 for _ in (0,))
    return [day for k in range(next(days)) if is_session(day := first + timedelta(days=k))]


def closes_on(k: int) -> tuple[float, float, float]:
    """Closes of VTI, ITOT and BND on the k-th session: stocks swing by a third, bonds hardly."""
    vti = 100 * exp(0.0002 * k + 0.16 * sin(k / 40) + 0.01 * sin(2.3 * k))
    itot = vti / 2 * exp(0.002 * sin(1.7 * k))
    return round(vti, 4), round(itot, 4), round(80 + 2 * sin(k / 60) + 0.3 * sin(1.1 * k), 4)


def prices(first: date = FIRST, last: date = LAST, without: str = "") -> str:
    """A file of closes; of the instrument `without`, none."""
    rows = ["date,VTI,ITOT,BND"]
    for k, day in enumerate(sessions(first, last)):
        cells = zip(("VTI", "ITOT", "BND"), closes_on(k), strict=True)
        rows.append(",".join([str(day), *("" if n == without else str(c) for n, c in cells)]))
    return "\n".join(rows) + "\n"


def write_past(
    folder: Path, mandate: str = DATED, lots: str = LOTS, closes: str | None = None
) -> Path:
    """The folder of a household that a backtest can be asked of."""
    return write_household(folder, mandate, lots, prices() if closes is None else closes)


def load_past(
    folder: Path, mandate: str = DATED, lots: str = LOTS, closes: str | None = None
) -> LoadedHousehold:
    """The same, loaded."""
    return load_folder(write_past(folder, mandate, lots, closes))


@dataclass(frozen=True)
class OneMarket:
    """A feed that gives one market history whatever it is asked for."""

    history_given: MarketHistory

    def market(self, *_asked: object) -> MarketHistory:
        return self.history_given

    def latest(self, *_asked: object) -> dict[str, Price]:
        return {}

    def history(self, *_asked: object) -> PriceHistory:
        return PriceHistory((), (), (), "")
