"""The memory that one thread works in: allocated in Python, handed to the kernels as a `Work`.

Kernels see its arrays without their reference counts (see `compile.bare`), so that its owner must
hold it as long as they run.
"""

from typing import NamedTuple

import numpy as np

from trimtab.quant.compile import owning
from trimtab.quant.layout import (
    COLUMNS,
    EFFORTS,
    PARTS,
    PRICES,
    SIDES,
    Floats,
    Ints,
    Work,
)
from trimtab.quant.views import bare

__all__ = ["Scratch", "scratch_for", "work_on"]


class Scratch(NamedTuple):
    """The arrays of a `Work`, which must outlive it."""

    rate: Floats
    order: Ints
    segment: Floats
    segment_lot: Ints
    node: Floats
    quote: Floats
    at: Ints
    gradient: Floats
    purse: Floats
    account: Floats
    side: Ints
    loss: Floats
    price: Floats
    relaxed: Floats
    curve: Floats
    laid: Ints
    least: Floats
    saved_node: Floats
    saved_quote: Floats
    saved_at: Ints
    saved_gradient: Floats
    saved_purse: Floats
    best_z: Floats
    best_side: Ints
    sold: Floats
    precision: Floats
    cover: Floats
    candidate: Floats
    free: Ints
    step: Floats
    matrix: Floats
    queue: Ints
    nearest: Ints
    drift: Floats
    parts: Floats
    effort: Floats


def scratch_for(n: int, m: int, lots: int, accounts: int, groups: int) -> Scratch:
    """Scratch space for households of at most these sizes."""
    return Scratch(
        rate=np.zeros(lots),
        order=np.zeros(lots, np.int64),
        segment=np.zeros((int(SIDES) * (lots + m), COLUMNS["segment"])),
        segment_lot=np.zeros(int(SIDES) * (lots + m), np.int64),
        node=np.zeros((m, COLUMNS["node"])),
        quote=np.zeros((m, COLUMNS["quote"])),
        at=np.zeros((m, COLUMNS["at"]), np.int64),
        gradient=np.zeros(n),
        purse=np.zeros((accounts, COLUMNS["purse"])),
        account=np.zeros((accounts, COLUMNS["account"])),
        side=np.zeros(groups, np.int64),
        loss=np.zeros((groups, COLUMNS["loss"])),
        price=np.zeros(PRICES),
        relaxed=np.zeros(m),
        curve=np.zeros((int(SIDES) * m, COLUMNS["curve"])),
        laid=np.zeros(int(SIDES) * m, np.int64),
        least=np.zeros((int(SIDES) * groups, COLUMNS["least"])),
        saved_node=np.zeros((m, COLUMNS["saved_node"])),
        saved_quote=np.zeros((m, COLUMNS["saved_quote"])),
        saved_at=np.zeros((m, COLUMNS["saved_at"]), np.int64),
        saved_gradient=np.zeros(n),
        saved_purse=np.zeros((accounts, COLUMNS["saved_purse"])),
        best_z=np.zeros((m, COLUMNS["best_z"])),
        best_side=np.zeros(groups, np.int64),
        sold=np.zeros((10, lots)),
        precision=np.zeros((n, n)),
        cover=np.zeros(n * (2 * n + 3)),
        candidate=np.zeros((3 * groups + m, COLUMNS["candidate"])),
        free=np.zeros(m, np.int64),
        step=np.zeros(m + accounts),
        matrix=np.zeros((m + accounts) * (m + accounts + 4)),
        queue=np.zeros(groups, np.int64),
        nearest=np.zeros(groups, np.int64),
        drift=np.zeros(n),
        parts=np.zeros(PARTS),
        effort=np.zeros(EFFORTS),
    )


@owning
def work_on(scratch: Scratch) -> Work:
    """Scratch space as the kernels take it."""
    return Work(
        bare(scratch.rate),
        bare(scratch.order),
        bare(scratch.segment),
        bare(scratch.segment_lot),
        bare(scratch.node),
        bare(scratch.quote),
        bare(scratch.at),
        bare(scratch.gradient),
        bare(scratch.purse),
        bare(scratch.account),
        bare(scratch.side),
        bare(scratch.loss),
        bare(scratch.price),
        bare(scratch.relaxed),
        bare(scratch.curve),
        bare(scratch.laid),
        bare(scratch.least),
        bare(scratch.saved_node),
        bare(scratch.saved_quote),
        bare(scratch.saved_at),
        bare(scratch.saved_gradient),
        bare(scratch.saved_purse),
        bare(scratch.best_z),
        bare(scratch.best_side),
        bare(scratch.sold),
        bare(scratch.precision),
        bare(scratch.cover),
        bare(scratch.candidate),
        bare(scratch.free),
        bare(scratch.step),
        bare(scratch.matrix),
        bare(scratch.queue),
        bare(scratch.nearest),
        bare(scratch.drift),
        bare(scratch.parts),
        bare(scratch.effort),
    )
