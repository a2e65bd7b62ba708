"""Wash sales the slow way: one share at a time, by the statute's sentences, to check the engine.

Deliberately naive and written apart from the engine: no pieces, no heap, no splitting, exact
fractions; it looks at every share for every loss.  Only the default readings of the law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from trimtab.books.wash_sales import HistoricLot, WashSaleResult

GRAIN = 4  # a "share" here is a quarter share, so that fractions are whole counts
NEVER = date.max
Row = tuple[str, date | None]


@dataclass
class Share:
    """One (quarter) share, what it cost, brought, and how it fared."""

    lot: HistoricLot
    basis: Fraction
    proceeds: Fraction
    began: date
    spent: bool  # has served as a replacement
    judged: bool = False
    disallowed: Fraction = Fraction(0)
    permanent: bool = False
    ancestors: set[str] = field(default_factory=set)  # purchases whose loss it carries

    @property
    def sold(self) -> date:
        return self.lot.sold or NEVER

    @property
    def loss(self) -> Fraction:
        taxed = self.lot.sold is not None and self.lot.wrapper.is_taxable
        return self.basis - self.proceeds if taxed else Fraction(0)


def shares_of(lots: Sequence[HistoricLot]) -> list[Share]:
    """Every share of every lot, lots in order of purchase, then of sale, then by name."""
    shares = []
    for lot in sorted(lots, key=lambda lot: (lot.acquired, lot.sold or NEVER, lot.lot)):
        count = int(lot.quantity * GRAIN)
        cost, proceeds = Fraction(lot.cost), Fraction(lot.proceeds or 0)
        shares += [
            Share(lot, cost / count, proceeds / count, lot.starts, lot.already_used)
            for _ in range(count)
        ]
    return shares


def replaces(share: Share, lost: Share) -> bool:
    """Whether a share may be the replacement of a lost one, whoever is first in line."""
    bought, sold = share.lot.acquired, lost.sold
    return (
        share.lot.group == lost.lot.group
        and sold - timedelta(days=30) <= bought <= sold + timedelta(days=30)
        and not share.spent  # 1.1091-1(e)
        and share.lot.lot != lost.lot.lot
        and share.lot.purchase != lost.lot.purchase  # Rev. Rul. 56-602
        and share.lot.purchase not in lost.ancestors
        and share.sold >= sold  # gone before the loss: no replacement, by custom
        and not share.judged
    )


def wash(lots: Sequence[HistoricLot]) -> list[Share]:
    """Judge the earliest unjudged loss, again and again, until there is none."""
    shares = shares_of(lots)
    by_disposition = sorted(shares, key=lambda s: (s.sold, s.lot.acquired, s.lot.lot))
    by_acquisition = sorted(
        shares,
        key=lambda s: (s.lot.acquired, not s.lot.wrapper.is_taxable, s.sold, s.lot.lot),
    )
    while lost := next((s for s in by_disposition if s.loss > 0 and not s.judged), None):
        lost.judged = True
        new = next((s for s in by_acquisition if replaces(s, lost)), None)
        if new is None:
            continue
        lost.disallowed, new.spent = lost.loss, True
        lost.permanent = not new.lot.wrapper.is_taxable
        if not lost.permanent:
            new.basis += lost.loss
            new.began -= lost.sold - lost.began  # the days held are added
            new.ancestors = lost.ancestors | {lost.lot.purchase}
    return shares


@dataclass(frozen=True)
class Told:
    """What is told of one share."""

    basis: float
    began: date | None
    disallowed: float
    permanent: bool


def told_by_oracle(lots: Sequence[HistoricLot]) -> Mapping[Row, list[Told]]:
    """Each row's shares in order, as the oracle judged them."""
    told: dict[Row, list[Told]] = {}
    for share in wash(lots):
        told.setdefault((share.lot.lot, share.lot.sold), []).append(
            Told(float(share.basis), share.began, float(share.disallowed), share.permanent)
        )
    return told


def told_by_engine(result: WashSaleResult) -> Mapping[Row, list[Told]]:
    """Each row's shares in order, as the engine's segments say."""
    told: dict[Row, list[Told]] = {}
    for segment in result.segments:
        count = int(segment.quantity * GRAIN)
        basis, lost = float(segment.adjusted_basis) / count, float(segment.disallowed) / count
        share = Told(basis, segment.holding_start, lost, segment.permanent)
        told.setdefault((segment.lot, segment.sold), []).extend([share] * count)
    return told
