"""One household's way to its aims, as the policies ask for it: arrays in, trades out.

Errors: none; an answer that is not `found` would leave less cash than the reserve.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.taxes import TaxCurve
from trimtab.quant.compile import entry
from trimtab.quant.simulate.lot_choice import decide
from trimtab.quant.simulate.lot_sheet import (
    AFTER,
    AIM,
    HELD,
    LOTS,
    NO_TARGET,
    PLACES,
    SOLD,
    TERMS,
    VALUE,
    WEIGHT,
    WIDTH,
    Sheet,
)
from trimtab.quant.simulate.reach import find_sides, want

__all__ = ["NO_TARGET", "Answer", "Holding", "Way", "aims_of", "to_aims"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WAY_STOP = 6  # where a way ends in a sheet's terms, and a tax curve begins


@dataclass(frozen=True, slots=True)
class Way:
    """How far a rule goes back: `fraction` of every drift, or what left its band to `kept` of it.

    Unit: `widths` fractions of value, one for each target, and `kept` a fraction of them, zero
    where everything moves; `loose_kept` the fraction kept of what belongs to no target.
    """

    fraction: float = 1.0
    widths: tuple[float, ...] = ()
    kept: float = 0.0
    loose_kept: float = 0.0

    def terms(self) -> tuple[float, float, float]:
        """As the kernels read it."""
        return self.fraction, self.kept, self.loose_kept


@dataclass(frozen=True, slots=True)
class Holding:
    """One account's instruments and lots; shapes and units as in `lot_sheet`.

    Shape: `lot_instrument` (L,), lots in any order.
    """

    value: float
    reserve: float
    held: Floats
    weight: Floats
    width: Floats
    buy_cost: Floats
    sell_cost: Floats
    lower: Floats
    upper: Floats
    recent: Floats
    lot_instrument: Integers
    lot_value: Floats
    lot_gain: Floats
    lot_long: Flags
    lot_near: Flags
    lot_sellable: Flags
    lot_recent: Flags
    lot_harvestable: Flags

    def places(self) -> tuple[Floats, ...]:
        """The first rows of a sheet's places."""
        costs, bounds = (self.buy_cost, self.sell_cost), (self.lower, self.upper)
        unknown = np.where(self.lot_sellable, 0.0, self.lot_value)
        locked = np.bincount(self.lot_instrument, unknown, len(self.held)).astype(np.float64)
        return self.held, self.weight, self.width, *costs, *bounds, self.recent, locked

    def lots(self) -> tuple[Floats | Flags, ...]:
        """The first rows of a sheet's lots."""
        known = self.lot_value, self.lot_gain, self.lot_long, self.lot_near
        return *known, self.lot_sellable, self.lot_recent, self.lot_harvestable


@dataclass(frozen=True, slots=True)
class Answer:
    """What is traded.

    Shape: `bought` (N,), `sold` (L,) in the order of the holding's lots.
    Unit: dollars.
    """

    found: bool
    bought: Floats
    sold: Floats


def aims_of(way: Way, weight: Floats, actual: Floats) -> Floats:
    """The weights that a way aims at, costs left aside.

    Shape: `weight` and `actual` (K,), those wanted and those held, one for each target.
    Unit: fractions of value.
    """
    places = np.zeros((PLACES, len(weight)))
    places[WEIGHT], places[HELD] = weight, actual
    if way.widths:
        places[WIDTH] = way.widths
    terms = np.zeros(TERMS)
    terms[:WAY_STOP] = 1.0, 0.0, 0.0, *way.terms()
    _aim(terms, places)
    return places[AIM].copy()


def to_aims(holding: Holding, way: Way, curve: TaxCurve) -> Answer:
    """The trades that take a holding to where a way leads, by the least-taxed lots."""
    order = np.argsort(holding.lot_instrument, kind="stable")
    count = np.bincount(holding.lot_instrument, minlength=len(holding.held))
    stated = float(holding.weight[holding.weight != NO_TARGET].sum())
    terms = np.zeros(TERMS)
    terms[:WAY_STOP] = holding.value, holding.reserve, stated, *way.terms()
    terms[WAY_STOP:] = _curve_row(curve)
    places = np.zeros((PLACES, len(holding.held)))
    places[: len(holding.places())] = holding.places()
    lots = np.zeros((LOTS, len(order)))
    lots[: len(holding.lots())] = np.array(holding.lots())[:, order]
    found = _decide(Sheet(terms, places, lots, np.vstack([np.cumsum(count) - count, count])))
    sold = np.empty(len(order))
    sold[order] = lots[SOLD]
    return Answer(bool(found), np.maximum(places[AFTER] - holding.held, 0.0), sold)


def _curve_row(curve: TaxCurve) -> tuple[float, ...]:
    """A tax curve as the kernels read it."""
    return (
        curve.short_rate,
        curve.long_rate,
        curve.ordinary_rate,
        curve.ordinary_limit,
        curve.carry_short_rate,
        curve.carry_long_rate,
        curve.net_short,
        curve.net_long,
        float(curve.netting),
    )


@entry
def _decide(sheet: Sheet) -> bool:
    """See which bands are left, and go."""
    find_sides(sheet.terms, sheet.places)
    return decide(sheet)


@entry
def _aim(terms: Floats, places: Floats) -> None:
    """Aims in weights, where what is held and wanted is given in weights."""
    find_sides(terms, places)
    want(terms, places, terms[VALUE])
