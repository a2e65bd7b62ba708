"""What the household weighed on past days, at the closes of those days.

Today's holdings are taken back, trade by trade, as far as the journal tells; before that, and where
there is no journal, they are what was held first.  Exchange rates are today's.  Screens say which.

Errors: those of the household's price feed and of its journal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from trimtab.app.household import LoadedHousehold
from trimtab.app.report.words import day
from trimtab.app.status import Status
from trimtab.app.web.investor.held import Move, Recorded, recorded_of
from trimtab.model.snapshots import PriceHistory

__all__ = ["SESSIONS", "PastWeights", "past_weights"]

Floats = npt.NDArray[np.float64]

SESSIONS = 126
"""Half a year of trading days."""
HALF = 150
"""So many days are called half a year."""
DAYS_MAX = timedelta(days=200)
"""A feed with few closes may reach back for years; that is not the past half year."""
SOURCE = "today's holdings at the closes of those days; it is no record of what was held then"
RECORDED = "what the journal says was held on those days, at their closes"
RECORDED_SINCE = (
    "what the journal says was held, at the closes of those days; it begins on {}, and what was "
    "held then stands for the days before"
)
NOTHING = -1e-6
"""Units below this are short: then the journal and the lots do not agree."""


@dataclass(frozen=True, slots=True)
class PastWeights:
    """Weights and worth day by day; `source` says what they rest on.

    Shape: `weights` (T, K), with K the targets of the standing; `worth` (T,).
    Unit: fractions of what the holdings would have been worth; `worth` base currency.
    """

    dates: tuple[date, ...]
    weights: Floats
    worth: Floats
    source: str

    @property
    def title(self) -> str:
        """The time that it covers."""
        is_half = (self.dates[-1] - self.dates[0]).days >= HALF
        return "The past half year" if is_half else f"Since {day(self.dates[0])}"

    @staticmethod
    def array(fractions: Sequence[float]) -> Floats:
        """Fractions as an array that stands beside the weights."""
        return np.array(fractions, dtype=np.float64)


def past_weights(loaded: LoadedHousehold, status: Status) -> PastWeights | None:
    """Weights of the past half year; none where too few closes are known."""
    units: dict[str, float] = defaultdict(float)
    for lot in loaded.snapshot.lots:
        units[lot.instrument] += float(lot.quantity)
    recorded = _recorded(loaded, status.as_of)
    bought = {one.commodity for one in recorded.moves} if recorded is not None else set()
    names = dict.fromkeys([*units, *sorted(name for name in bought if _has_rate(loaded, name))])
    if not names:
        return None
    history = loaded.feed.history(tuple(names), status.as_of, SESSIONS)
    closes = _filled(history, loaded)
    known = set(history.instruments) | _currencies(loaded)
    if np.isnan(closes).all(axis=0).any() or not bought <= known:
        recorded = None  # something was held that nothing here has a price of
    recent = np.array([status.as_of - on <= DAYS_MAX for on in history.dates], dtype=bool)
    held = [at for at, name in enumerate(history.instruments) if name in units or recorded]
    rows = np.flatnonzero(~np.isnan(closes[:, held]).any(axis=1) & recent)
    if len(rows) < 2:
        return None
    dates = tuple(history.dates[at] for at in rows.tolist())
    today = np.array([units[name] for name in history.instruments])
    moves = () if recorded is None else recorded.moves
    amounts, cash = _unwound(loaded, history, dates, today, moves)
    if (amounts < NOTHING).any():
        recorded = None
        amounts, cash = _unwound(loaded, history, dates, today, ())
    values = np.nan_to_num(closes[rows]) * amounts * _rates(loaded, history)
    worth = values.sum(axis=1) + float(status.cash) + cash
    weights = np.zeros((len(values), len(status.targets)))
    for k, target in enumerate(status.targets):
        own = [at for at, name in enumerate(history.instruments) if name in target.instruments]
        weights[:, k] = values[:, own].sum(axis=1) / np.where(worth > 0, worth, 1.0)
    return PastWeights(dates, weights, worth, _source(recorded, dates))


def _recorded(loaded: LoadedHousehold, as_of: date) -> Recorded | None:
    """What the journal tells of the days up to a day; none where it began on that day."""
    accounts = frozenset(one.id for one in loaded.household.accounts)
    found = recorded_of(loaded.folder, accounts, loaded.household.base_currency)
    return found if found is not None and found.since < as_of else None


def _source(recorded: Recorded | None, dates: tuple[date, ...]) -> str:
    if recorded is None:
        return SOURCE
    since = recorded.since
    return RECORDED if since <= dates[0] else RECORDED_SINCE.format(day(since))


def _currencies(loaded: LoadedHousehold) -> set[str]:
    return {loaded.household.base_currency, *(one.currency for one in loaded.snapshot.cash)}


def _has_rate(loaded: LoadedHousehold, name: str) -> bool:
    """Whether it is an instrument whose currency can be counted in the household's."""
    known = loaded.snapshot.instruments.get(name)
    base = loaded.household.base_currency
    return known is not None and (known.currency == base or known.currency in loaded.snapshot.rates)


def _rates(loaded: LoadedHousehold, history: PriceHistory) -> Floats:
    known = loaded.snapshot.instruments
    rates = [float(loaded.snapshot.rate(known[name].currency)) for name in history.instruments]
    return np.array(rates)


def _unwound(
    loaded: LoadedHousehold,
    history: PriceHistory,
    dates: tuple[date, ...],
    today: Floats,
    moves: Sequence[Move],
) -> tuple[Floats, Floats]:
    """Units at the end of each day, and how far cash stood from today's; `moves` latest first.

    Shape: (T, instruments) and (T,); the second in base currency.
    """
    place = {name: at for at, name in enumerate(history.instruments)}
    amounts, cash = np.tile(today, (len(dates), 1)), np.zeros(len(dates))
    days = np.array([on.toordinal() for on in dates])
    for move in moves:
        before = days < move.on.toordinal()
        if move.commodity in place:
            amounts[before, place[move.commodity]] -= move.amount
        else:
            cash[before] -= move.amount * float(loaded.snapshot.rate(move.commodity))
    return amounts, cash


def _filled(history: PriceHistory, loaded: LoadedHousehold) -> Floats:
    """Closes with gaps filled by the close before; what never had one keeps its price of today."""
    closes = np.array(history.closes, dtype=np.float64).reshape(len(history.dates), -1)
    for row in range(1, len(closes)):
        gaps = np.isnan(closes[row])
        closes[row, gaps] = closes[row - 1, gaps]
    never = np.isnan(closes).all(axis=0) if len(closes) else np.array([], dtype=bool)
    for column in np.flatnonzero(never).tolist():
        price = loaded.snapshot.prices.get(history.instruments[column])
        closes[:, column] = np.nan if price is None else float(price.amount)
    return closes
