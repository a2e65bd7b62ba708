"""Many households as one set of flat arrays, and the views of one household in them.

Positions are sorted by account and then instrument, lots by position; `position_order` and
`lot_order` lead back to the order in which the caller gave them.  A covariance that several
households share (the same array object) is stored once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trimtab.model.taxes import TaxCurve
from trimtab.quant.compile import kernel, owning
from trimtab.quant.layout import (
    LOT_EXEMPT,
    LOT_LONG,
    LOT_LOSS,
    LOT_LOSS_BLOCKED,
    LOT_PLAIN,
    LOT_SHORT,
    LOT_UNSELLABLE,
    Household,
)
from trimtab.quant.problem import HouseholdProblem, WashRule
from trimtab.quant.views import bare

__all__ = ["Packed", "bare_packed", "no_household", "pack", "point_at", "scalars_of", "sizes_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Packed(NamedTuple):
    """A batch of households; household b owns the rows between its starts.

    Shape: starts are (B+1,); the rest is flat, with the columns that `layout` names.
    """

    scalar: Floats  # (B, SCALARS)
    covariance: Floats  # all matrices, one after the other
    covariance_at: Ints  # (B,)
    instrument_start: Ints
    position_start: Ints
    lot_start: Ints
    account_start: Ints
    group_start: Ints
    target: Floats
    position: Floats
    place: Ints  # lots counted from the household's own first lot
    lot: Floats
    lot_class: Ints
    account: Floats
    account_positions: Ints  # per household A+1 entries, counted from its own first position
    group: Floats
    group_positions: Ints  # per household G+1 entries
    group_member: Ints
    position_order: Ints  # the caller's index of each position
    lot_order: Ints


class _Rows(NamedTuple):
    """One household's arrays, sorted as the kernels want them."""

    target: Floats
    position: Floats
    place: Ints
    lot: Floats
    lot_class: Ints
    account: Floats
    account_positions: Ints
    group: Floats
    group_positions: Ints
    group_member: Ints
    position_order: Ints
    lot_order: Ints


def _starts(counts: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(np.asarray(counts, dtype=np.int64))]).astype(np.int64)


def scalars_of(
    tax: TaxCurve,
    value: float = 1.0,
    kappa: float = 0.0,
    rule: WashRule = WashRule.NONE,
    turnover_max: float = np.inf,
    tax_max: float = np.inf,
) -> list[float]:
    """One household's scalars in the order of `layout`."""
    return [
        value,
        kappa,
        float(rule),
        turnover_max,
        tax_max,
        tax.short_rate,
        tax.long_rate,
        tax.ordinary_rate,
        tax.ordinary_limit,
        tax.carry_short_rate,
        tax.carry_long_rate,
        tax.net_short,
        tax.net_long,
        float(tax.netting),
    ]


def _rows(problem: HouseholdProblem) -> _Rows:
    account, instrument = problem.position_account, problem.position_instrument
    m, accounts, groups = len(account), len(problem.cash), len(problem.group_buy_blocked)
    order = np.lexsort((instrument, account))
    rank = np.empty(m, dtype=np.int64)
    rank[order] = np.arange(m)
    lot_order = np.argsort(rank[problem.lot_position], kind="stable")
    lot_position = rank[problem.lot_position][lot_order]
    value, gain = problem.lot_value[lot_order], problem.lot_gain[lot_order]
    taxable = problem.lot_taxable[lot_order]
    held = np.bincount(lot_position, value, m)
    groups_of = problem.group[instrument[order]]
    blocked = problem.group_buy_blocked
    recent = problem.group_recent_value * (problem.wash_rule == WashRule.PROPORTIONAL)
    if problem.wash_rule == WashRule.NONE:  # every position chooses for itself
        groups, groups_of = m, np.arange(m)
        blocked, recent = np.zeros(m, dtype=np.bool_), np.zeros(m)
    first_lot = np.searchsorted(lot_position, np.arange(m + 1))
    positions = (
        problem.buy_cost[order],
        problem.sell_cost[order],
        problem.impact[order],
        problem.location_cost[order],
        problem.minimum_trade[order],
        problem.fixed_cost[order],
        (problem.price * problem.quantity_step)[order],
        held,
        problem.lower[order] - held,
        problem.upper[order] - held,
    )
    places = (instrument[order], account[order], groups_of, first_lot[:-1], first_lot[1:])
    kind = np.where(problem.lot_long_term[lot_order], LOT_LONG, LOT_SHORT)
    classes = (np.where(taxable, kind, LOT_EXEMPT), _wash_class(problem, lot_position, lot_order))
    return _Rows(
        target=problem.target,
        position=np.column_stack(positions),
        place=np.column_stack(places).astype(np.int64),
        lot=np.column_stack((value, gain)),
        lot_class=np.column_stack(classes).astype(np.int64),
        account=np.column_stack(
            (
                problem.cash + problem.flow,
                problem.reserve,
                problem.reserve,
                np.bincount(account, problem.holdings(), accounts),
            )
        ),
        account_positions=np.searchsorted(account[order], np.arange(accounts + 1)),
        group=np.column_stack((blocked, recent)),
        group_positions=np.searchsorted(np.sort(groups_of), np.arange(groups + 1)),
        group_member=np.argsort(groups_of, kind="stable"),
        position_order=order,
        lot_order=lot_order,
    )


def _wash_class(problem: HouseholdProblem, lot_position: Ints, lot_order: Ints) -> Ints:
    """How wash sales see each lot, in the sorted order."""
    recent = problem.lot_recent[lot_order]
    recents = np.bincount(lot_position, recent, len(problem.position_account))
    other_recent = recents[lot_position] - recent > 0
    blocked = other_recent & (problem.wash_rule == WashRule.FULL_BLOCK)
    loss = problem.lot_taxable[lot_order] & (problem.lot_gain[lot_order] < 0)
    seen = np.where(loss, np.where(blocked, LOT_LOSS_BLOCKED, LOT_LOSS), LOT_PLAIN)
    return np.where(problem.lot_sellable[lot_order], seen, LOT_UNSELLABLE)


def pack(problems: Sequence[HouseholdProblem]) -> Packed:
    """Lay households out for the kernels; call `validate` on each first."""
    rows = [_rows(problem) for problem in problems]
    joined = [np.ascontiguousarray(np.concatenate(column)) for column in zip(*rows, strict=True)]
    flat = dict(zip(_Rows._fields, joined, strict=True))
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
        scalar=np.array(
            [
                scalars_of(p.tax, p.value, p.kappa, p.wash_rule, p.turnover_max, p.tax_max)
                for p in problems
            ]
        ),
        covariance=np.concatenate(blocks) if blocks else np.zeros(0),
        covariance_at=np.array(at, dtype=np.int64),
        instrument_start=_starts([len(p.target) for p in problems]),
        position_start=_starts([len(p.position_account) for p in problems]),
        lot_start=_starts([len(p.lot_position) for p in problems]),
        account_start=_starts([len(p.cash) for p in problems]),
        group_start=_starts([len(row.group) for row in rows]),
        **flat,
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


@owning
def bare_packed(packed: Packed) -> Packed:
    """The same batch without reference counts; the caller keeps its owner alive."""
    return Packed(
        bare(packed.scalar),
        bare(packed.covariance),
        bare(packed.covariance_at),
        bare(packed.instrument_start),
        bare(packed.position_start),
        bare(packed.lot_start),
        bare(packed.account_start),
        bare(packed.group_start),
        bare(packed.target),
        bare(packed.position),
        bare(packed.place),
        bare(packed.lot),
        bare(packed.lot_class),
        bare(packed.account),
        bare(packed.account_positions),
        bare(packed.group),
        bare(packed.group_positions),
        bare(packed.group_member),
        bare(packed.position_order),
        bare(packed.lot_order),
    )


@owning
def no_household(packed: Packed) -> Household:
    """A household to be filled by `point_at`; `packed` is bare."""
    return Household(
        packed.scalar[0],
        packed.covariance[:0].reshape((0, 0)),
        packed.target[:0],
        packed.position[:0],
        packed.place[:0],
        packed.lot[:0],
        packed.lot_class[:0],
        packed.account[:0],
        packed.account_positions[:0],
        packed.group[:0],
        packed.group_positions[:0],
        packed.group_member[:0],
    )


@kernel
def point_at(packed: Packed, b: int, h: Household, account: Floats) -> None:
    """Make the views of `h` those of household b; `account` takes its own copy."""
    i0, i1 = packed.instrument_start[b], packed.instrument_start[b + 1]
    p0, p1 = packed.position_start[b], packed.position_start[b + 1]
    l0, l1 = packed.lot_start[b], packed.lot_start[b + 1]
    a0, a1 = packed.account_start[b], packed.account_start[b + 1]
    g0, g1 = packed.group_start[b], packed.group_start[b + 1]
    n = i1 - i0
    c = packed.covariance_at[b]
    for a in range(a1 - a0):
        for column in range(packed.account.shape[1]):
            account[a, column] = packed.account[a0 + a, column]
    h.scalar = packed.scalar[b]
    h.covariance = packed.covariance[c : c + n * n].reshape((n, n))
    h.target = packed.target[i0:i1]
    h.position = packed.position[p0:p1]
    h.place = packed.place[p0:p1]
    h.lot = packed.lot[l0:l1]
    h.lot_class = packed.lot_class[l0:l1]
    h.account = account[: a1 - a0]
    h.account_start = packed.account_positions[a0 + b : a1 + b + 1]
    h.group = packed.group[g0:g1]
    h.group_start = packed.group_positions[g0 + b : g1 + b + 1]
    h.group_member = packed.group_member[p0:p1]
