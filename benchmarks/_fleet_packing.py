"""A fleet laid out for the kernels all at once, without a Python object per household.

`trimtab.quant.packing.pack` does the same from `HouseholdProblem` objects, one at a time; a test
holds the two equal.
"""

import numpy as np

from benchmarks._fleet_arrays import KAPPA, Fleet
from benchmarks._fleet_market import INSTRUMENTS
from trimtab.quant.layout import HELD, LOT_EXEMPT, LOT_LONG, LOT_LOSS, LOT_PLAIN, LOT_SHORT
from trimtab.quant.packing import Packed
from trimtab.quant.problem import WashRule

__all__ = ["pack_fleet"]


def _position_columns(fleet: Fleet) -> tuple[np.ndarray, np.ndarray]:
    """The float and the integer columns of the positions, as `layout` names them."""
    instrument, market = fleet.position_instrument, fleet.market
    positions = len(instrument)
    held = np.bincount(fleet.lot_position, fleet.lot_value, positions)
    first_lot = np.searchsorted(fleet.lot_position, np.arange(positions + 1))
    own_first = fleet.lot_start[fleet.position_household]
    spread, zero = market.half_spread[instrument], np.zeros(positions)
    columns = (
        spread,
        spread,
        market.impact[instrument],
        fleet.location_cost,
        fleet.minimum_trade,
        zero,
        zero,
        held,
        fleet.lower - held,
        fleet.upper - held,
    )
    places = (
        instrument,
        fleet.position_account,
        instrument,
        first_lot[:-1] - own_first,
        first_lot[1:] - own_first,
    )
    return np.column_stack(columns), np.column_stack(places)


def _invested(fleet: Fleet, position: np.ndarray) -> np.ndarray:
    """Dollars held by each account."""
    account = fleet.account_start[fleet.position_household] + fleet.position_account
    return np.bincount(account, position[:, HELD], len(fleet.cash))


def _scalars(fleet: Fleet) -> np.ndarray:
    size = len(fleet)
    kappa, rule = np.full(size, KAPPA), np.full(size, float(WashRule.PROPORTIONAL))
    unlimited, netting = np.full((size, 2), np.inf), np.ones(size)
    return np.column_stack((fleet.value, kappa, rule, unlimited, fleet.tax, netting))


def _group_members(fleet: Fleet) -> tuple[np.ndarray, np.ndarray]:
    """Positions by group: group i holds instrument i of every account, in order of account."""
    accounts = np.diff(fleet.account_start)
    size = np.repeat(accounts, INSTRUMENTS)
    group = np.tile(np.arange(INSTRUMENTS), len(fleet))
    spot = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    starts = np.arange(INSTRUMENTS + 1) * accounts[:, None]
    return starts.ravel(), spot * INSTRUMENTS + np.repeat(group, size)


def pack_fleet(fleet: Fleet) -> Packed:
    """The fleet as the kernels take it."""
    size = len(fleet)
    position, place = _position_columns(fleet)
    kind = np.where(fleet.lot_long_term, LOT_LONG, LOT_SHORT)
    loss = fleet.lot_taxable & (fleet.lot_gain < 0)
    wash = np.where(loss, LOT_LOSS, LOT_PLAIN)
    classes = (np.where(fleet.lot_taxable, kind, LOT_EXEMPT), wash)
    by_instrument = np.arange(size + 1) * INSTRUMENTS
    group_positions, group_member = _group_members(fleet)
    accounts = np.diff(fleet.account_start)
    positions_before = np.arange(INSTRUMENTS * (accounts.max() + 1), step=INSTRUMENTS)
    account_positions = np.concatenate([positions_before[: count + 1] for count in accounts])
    lots, positions = len(fleet.lot_value), len(position)
    own = np.repeat(np.arange(size), np.diff(fleet.lot_start))
    return Packed(
        scalar=_scalars(fleet),
        covariance=fleet.market.covariance.ravel(),
        covariance_at=np.zeros(size, dtype=np.int64),
        instrument_start=by_instrument,
        position_start=fleet.position_start,
        lot_start=fleet.lot_start,
        account_start=fleet.account_start,
        group_start=by_instrument,
        target=fleet.target.ravel(),
        position=position,
        place=place,
        lot=np.column_stack((fleet.lot_value, fleet.lot_gain)),
        lot_class=np.column_stack(classes),
        account=np.column_stack(
            (fleet.cash + fleet.flow, fleet.reserve, fleet.reserve, _invested(fleet, position))
        ),
        account_positions=account_positions,
        group=np.column_stack((fleet.buy_blocked.ravel(), fleet.recent_value.ravel())),
        group_positions=group_positions,
        group_member=group_member,
        position_order=np.arange(positions) - fleet.position_start[fleet.position_household],
        lot_order=np.arange(lots) - fleet.lot_start[own],
    )
