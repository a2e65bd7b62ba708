"""Wash-sale state as columns: per group, what bars a purchase and what would wash a loss.

The rule itself stands in `trimtab.books`; this only turns its answers into arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.books.wash_planning import WashWindow, wash_windows
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import Snapshot
from trimtab.quant.problem import Flags, Floats, Ints

__all__ = ["GroupColumns", "group_columns"]


@dataclass(frozen=True, slots=True)
class GroupColumns:
    """Groups of substantially identical instruments.

    Shape: `group` (n,), the others (G,).
    Unit: `recent_value` base currency.
    """

    names: tuple[str, ...]
    group: Ints
    buy_blocked: Flags
    recent_value: Floats


def group_columns(
    snapshot: Snapshot, mandate: Mandate, instruments: tuple[str, ...]
) -> GroupColumns:
    """The wash-sale state of every group that the instruments belong to."""
    group_of = [snapshot.instruments[name].wash_group for name in instruments]
    names = tuple(dict.fromkeys(group_of))
    unit = dict.fromkeys(names, 0.0)
    for name, group in zip(instruments, group_of, strict=True):
        if unit[group] == 0.0:
            unit[group] = float(snapshot.unit_value(name))
    windows = wash_windows(snapshot, snapshot.as_of, mandate.wash_sales.reading, names)
    quiet = WashWindow()
    return GroupColumns(
        names,
        np.array([names.index(group) for group in group_of], dtype=np.int64),
        np.array([bool(windows.get(group, quiet).losses) for group in names]),
        np.array(
            [float(windows.get(group, quiet).replacement_quantity) * unit[group] for group in names]
        ),
    )
