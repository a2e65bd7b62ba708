"""Many households as one set of flat arrays, and the views of one household in them.

Positions are sorted by account and then instrument, lots by position; `position_order` and
`lot_order` lead back to the order in which the caller gave them.  A covariance that several
households share (the same array object) is stored once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from trimtab.quant.layout import LOT_EXEMPT, LOT_LONG, LOT_SHORT, Household
from trimtab.quant.problem import HouseholdProblem, TaxCurve

__all__ = ["Packed", "household_at", "pack", "sizes_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Packed(NamedTuple):
    """A batch of households; household b owns the slices between its starts.

    Shape: starts are (B+1,); the rest is flat.
    """

    value: Floats
    kappa: Floats
    rule: Ints
    turnover_max: Floats
    tax_max: Floats
    tax: Floats  # (B, 10)
    covariance: Floats  # all matrices, one after the other
    covariance_at: Ints  # (B,)
    instrument_start: Ints
    position_start: Ints
    lot_start: Ints
    account_start: Ints
    group_start: Ints
    target: Floats
    account_positions: Ints  # per household A+1 entries, counted from its own first position
    instrument: Ints
    buy_cost: Floats
    sell_cost: Floats
    impact: Floats
    location: Floats
    minimum_trade: Floats
    fixed_cost: Floats
    share: Floats
    held: Floats
    z_low: Floats
    z_high: Floats
    position_lots: Ints  # per household m+1 entries, counted from its own first lot
    lot_value: Floats
    lot_gain: Floats
    lot_kind: Ints
    lot_sellable: Flags
    lot_blocked: Flags
    budget: Floats
    reserve: Floats
    position_group: Ints
    group_members: Ints  # per household G+1 entries, counted from its own first position
    group_member: Ints
    group_blocked: Flags
    group_recent: Floats
    position_order: Ints
    lot_order: Ints


def _starts(counts: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(np.asarray(counts, dtype=np.int64))]).astype(np.int64)


def _tax_row(tax: TaxCurve) -> list[float]:
    return [
        tax.short_rate,
        tax.long_rate,
        tax.ordinary_rate,
        tax.ordinary_limit,
        tax.carry_rate_short,
        tax.carry_rate_long,
        tax.net_short,
        tax.net_long,
        float(tax.netting),
        0.0,
    ]


def _columns(problem: HouseholdProblem) -> dict[str, npt.NDArray[np.generic]]:
    """One household's columns, sorted as the kernels want them."""
    account, instrument = problem.position_account, problem.position_instrument
    m, accounts, groups = len(account), len(problem.cash), len(problem.group_buy_blocked)
    order = np.lexsort((instrument, account))
    rank = np.empty(m, dtype=np.int64)
    rank[order] = np.arange(m)
    lot_position = rank[problem.lot_position] if len(problem.lot_position) else np.zeros(0, int)
    lot_order = np.argsort(lot_position, kind="stable")
    lot_position = lot_position[lot_order]
    held = np.bincount(lot_position, problem.lot_value[lot_order], m).astype(np.float64)
    recent = problem.lot_recent[lot_order]
    recents = np.bincount(lot_position, recent, m)
    gain = problem.lot_gain[lot_order]
    taxable = problem.lot_taxable[lot_order]
    kind = np.where(problem.lot_long_term[lot_order], LOT_LONG, LOT_SHORT)
    groups_of = problem.group[instrument[order]] if m else np.zeros(0, int)
    return {
        "target": problem.target,
        "account_positions": np.searchsorted(account[order], np.arange(accounts + 1)),
        "instrument": instrument[order],
        "buy_cost": problem.buy_cost[order],
        "sell_cost": problem.sell_cost[order],
        "impact": problem.impact[order],
        "location": problem.location_cost[order],
        "minimum_trade": problem.minimum_trade[order],
        "fixed_cost": problem.fixed_cost[order],
        "share": (problem.price * problem.quantity_step)[order],
        "held": held,
        "z_low": problem.lower[order] - held,
        "z_high": problem.upper[order] - held,
        "position_lots": np.searchsorted(lot_position, np.arange(m + 1)),
        "lot_value": problem.lot_value[lot_order],
        "lot_gain": gain,
        "lot_kind": np.where(taxable, kind, LOT_EXEMPT),
        "lot_sellable": problem.lot_sellable[lot_order],
        "lot_blocked": taxable & (gain < 0) & (recents[lot_position] - recent > 0),
        "budget": problem.cash + problem.flow,
        "reserve": problem.reserve,
        "position_group": groups_of,
        "group_members": np.searchsorted(np.sort(groups_of), np.arange(groups + 1)),
        "group_member": np.argsort(groups_of, kind="stable"),
        "group_blocked": problem.group_buy_blocked,
        "group_recent": problem.group_recent_value,
        "position_order": order,
        "lot_order": lot_order,
    }


_INTS = frozenset(
    "account_positions instrument position_lots lot_kind position_group group_members "
    "group_member position_order lot_order".split()
)
_FLAGS = frozenset(("lot_sellable", "lot_blocked", "group_blocked"))


def pack(problems: Sequence[HouseholdProblem]) -> Packed:
    """Lay households out for the kernels; call `validate` on each first."""
    rows = [_columns(problem) for problem in problems]
    flat: dict[str, npt.NDArray[np.generic]] = {}
    for name in rows[0] if rows else ():
        kind = np.int64 if name in _INTS else np.bool_ if name in _FLAGS else np.float64
        flat[name] = np.ascontiguousarray(np.concatenate([row[name] for row in rows]), dtype=kind)
    matrices: dict[int, int] = {}
    blocks: list[Floats] = []
    at = []
    size = 0
    for problem in problems:
        Σ = problem.covariance
        if id(Σ) not in matrices:
            matrices[id(Σ)] = size
            blocks.append(np.ascontiguousarray(Σ, dtype=np.float64).ravel())
            size += Σ.size
        at.append(matrices[id(Σ)])
    return Packed(
        value=np.array([p.value for p in problems]),
        kappa=np.array([p.kappa for p in problems]),
        rule=np.array([int(p.wash_rule) for p in problems], dtype=np.int64),
        turnover_max=np.array([p.turnover_max for p in problems]),
        tax_max=np.array([p.tax_max for p in problems]),
        tax=np.array([_tax_row(p.tax) for p in problems]).reshape(-1, 10),
        covariance=np.concatenate(blocks) if blocks else np.zeros(0),
        covariance_at=np.array(at, dtype=np.int64),
        instrument_start=_starts([len(p.target) for p in problems]),
        position_start=_starts([len(p.position_account) for p in problems]),
        lot_start=_starts([len(p.lot_position) for p in problems]),
        account_start=_starts([len(p.cash) for p in problems]),
        group_start=_starts([len(p.group_buy_blocked) for p in problems]),
        **flat,  # type: ignore[arg-type]
    )


def sizes_of(packed: Packed) -> tuple[int, int, int, int, int]:
    """Largest number of instruments, positions, lots, accounts and groups of any household."""
    starts = (
        packed.instrument_start,
        packed.position_start,
        packed.lot_start,
        packed.account_start,
        packed.group_start,
    )
    n, m, lots, accounts, groups = (int(np.diff(start).max(initial=0)) for start in starts)
    return n, m, lots, accounts, groups


@njit(cache=True, nogil=True)
def household_at(packed: Packed, b: int) -> Household:
    """The views of household b."""
    i0, i1 = packed.instrument_start[b], packed.instrument_start[b + 1]
    p0, p1 = packed.position_start[b], packed.position_start[b + 1]
    l0, l1 = packed.lot_start[b], packed.lot_start[b + 1]
    a0, a1 = packed.account_start[b], packed.account_start[b + 1]
    g0, g1 = packed.group_start[b], packed.group_start[b + 1]
    n = i1 - i0
    c = packed.covariance_at[b]
    return Household(
        packed.value[b],
        packed.kappa[b],
        packed.covariance[c : c + n * n].reshape((n, n)),
        packed.target[i0:i1],
        packed.account_positions[a0 + b : a1 + b + 1],
        packed.instrument[p0:p1],
        packed.buy_cost[p0:p1],
        packed.sell_cost[p0:p1],
        packed.impact[p0:p1],
        packed.location[p0:p1],
        packed.minimum_trade[p0:p1],
        packed.fixed_cost[p0:p1],
        packed.share[p0:p1],
        packed.held[p0:p1],
        packed.z_low[p0:p1],
        packed.z_high[p0:p1],
        packed.position_lots[p0 + b : p1 + b + 1],
        packed.lot_value[l0:l1],
        packed.lot_gain[l0:l1],
        packed.lot_kind[l0:l1],
        packed.lot_sellable[l0:l1],
        packed.lot_blocked[l0:l1],
        packed.budget[a0:a1],
        packed.reserve[a0:a1],
        packed.position_group[p0:p1],
        packed.group_members[g0 + b : g1 + b + 1],
        packed.group_member[p0:p1],
        packed.group_blocked[g0:g1],
        packed.group_recent[g0:g1],
        packed.tax[b],
        packed.rule[b],
        packed.turnover_max[b],
        packed.tax_max[b],
    )
