"""A household of three accounts and how its arrays are read."""

from trimtab.model.mandate import Mandate
from trimtab.testing.worlds import World, world

TARGETS = """
    target  weight  instruments  band
    stocks  60%     VTI,ITOT     5/25
    bonds   40%     BND          5/25
"""


HOME = """
    account  instrument  qty  basis    acquired    price
    taxable  VTI         300  45,000   2019-03-04  200
    taxable  VTI         50   12,000   2022-03-01  200
    taxable  cash        10,000
    roth     BND         200  .        .           100
    .        ITOT        .    .        .           80
"""


def home(lots: str = HOME, targets: str = TARGETS, mandate: Mandate | None = None) -> World:
    return world(lots, targets=targets, mandate=mandate)


def weights(at) -> dict[str, tuple[float, float]]:
    return {t.name: (round(t.weight, 4), round(t.actual, 4)) for t in at.drift.targets}
