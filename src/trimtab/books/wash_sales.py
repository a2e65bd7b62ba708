"""Wash sales, exactly: which losses are disallowed, and where their basis and days go.

One engine answers for the past (a year's trades) and for a plan (`wash_planning`): both state the
facts as `HistoricLot`s.  Losses are taken in order of disposition and replacements in order of
acquisition; every share serves once.  The readings on which the law is unsettled are fields of
`WashSaleReading`.  Errors: `InputErrors` for lots that cannot be.
Source: 26 USC 1091, 1223(3); 26 CFR 1.1091-1, 1.1091-2; Rev. Rul. 56-602, 70-231, 2008-5.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from heapq import heappop, heappush
from itertools import count

from trimtab.books.wash_notes import notes_on
from trimtab.books.wash_values import (
    WINDOW_DAYS,
    HistoricLot,
    HoldingReading,
    NaturalOrder,
    WashMatch,
    WashSaleReading,
    WashSaleResult,
    WashSegment,
    natural_order,
    refuse_impossible,
)
from trimtab.model.accounts import Wrapper
from trimtab.model.money import ZERO
from trimtab.model.plans import Coverage

__all__ = [
    "COUNTED_ALWAYS",
    "WINDOW_DAYS",
    "HistoricLot",
    "HoldingReading",
    "WashMatch",
    "WashSaleReading",
    "WashSaleResult",
    "WashSegment",
    "match_wash_sales",
]

WINDOW = timedelta(days=WINDOW_DAYS)
PORTION = Decimal("1e-12")  # parts of a lot's money are whole multiples, so that they add up
COUNTED_ALWAYS = frozenset({Wrapper.TAXABLE, Wrapper.TRADITIONAL, Wrapper.ROTH})  # Rev. Rul. 2008-5
DIGITS = 60  # enough for the largest amount that the model takes, to the last PORTION


def match_wash_sales(
    lots: Sequence[HistoricLot],
    reading: WashSaleReading | None = None,
    *,
    not_loaded: Sequence[str] = (),
    as_of: date | None = None,
) -> WashSaleResult:
    """Find every wash sale among the lots of one household, whatever order they come in.

    Unit: amounts add up exactly and are not rounded to cents; screens and forms do that.
    Refuses: lots that cannot be, all of them in one `InputErrors`.
    Source: 26 USC 1091(a)-(d); 26 CFR 1.1091-1(b)-(e) for the order.
    """
    refuse_impossible(lots)
    reading = reading or WashSaleReading()
    groups: dict[str, list[HistoricLot]] = {}
    for lot in sorted(lots, key=_lot_order):
        groups.setdefault(lot.group, []).append(lot)
    pieces: list[_Piece] = []
    matches: list[WashMatch] = []
    with localcontext(Context(prec=DIGITS)):
        for group in groups.values():
            matcher = _Group(group, reading)
            matches += matcher.match()
            pieces += matcher.pieces
    pieces.sort(key=lambda piece: (_lot_order(piece.lot), piece.offset))
    coverage = _coverage(lots, len(matches), not_loaded, as_of)
    return WashSaleResult(
        segments=tuple(piece.segment() for piece in pieces),
        matches=tuple(matches),
        coverage=coverage,
        notes=notes_on(lots, matches, coverage, as_of),
    )


def _coverage(
    lots: Sequence[HistoricLot], matches: int, not_loaded: Sequence[str], as_of: date | None
) -> Coverage:
    """Which accounts were looked at, and over which days a purchase would have been seen."""
    accounts = tuple(sorted({lot.account for lot in lots}))
    sales = [lot.sold for lot in lots if lot.sold is not None and lot.wrapper.is_taxable]
    days = sales or [lot.acquired for lot in lots if lot.acquired is not None]
    first = min(days, default=as_of or date.min + WINDOW) - WINDOW
    last = max(days, default=as_of or date.max - WINDOW) + WINDOW
    seen = last if as_of is None else min(last, as_of)
    return Coverage(accounts, tuple(not_loaded), min(first, seen), seen, matches)


def _lot_order(lot: HistoricLot) -> tuple[object, ...]:
    """An order of lots that depends on what they are and not on where they stand in the input."""
    acquired, sold = lot.acquired or date.max, lot.sold or date.max
    money = (lot.cost or ZERO, lot.proceeds or ZERO)
    return acquired, sold, natural_order(lot.lot), lot.lot, lot.quantity, money, lot.already_used


@dataclass(slots=True)
class _Piece:
    """Shares of one lot that have fared alike so far; split when some of them fare differently.

    `acquired` and `sold` are `date.max` where there is no such day.
    """

    lot: HistoricLot
    name: NaturalOrder  # by which lots of one day are ordered
    acquired: date
    sold: date
    quantity: Decimal
    basis: Decimal | None
    proceeds: Decimal | None
    holding_start: date | None
    used: bool
    replaces: frozenset[str] = frozenset()  # the purchases whose losses sit in its basis
    offset: Decimal = ZERO  # where in its lot it begins
    judged: bool = False
    disallowed: Decimal = ZERO
    permanent: bool = False

    @classmethod
    def of(cls, lot: HistoricLot) -> _Piece:
        """A whole lot, before anything is matched."""
        name, days = natural_order(lot.lot), (lot.acquired or date.max, lot.sold or date.max)
        money, used = (lot.cost, lot.proceeds), lot.already_used
        return cls(lot, name, *days, lot.quantity, *money, lot.starts, used)

    @property
    def is_permanent(self) -> bool:
        """Whether a loss that it replaces is lost for good (Rev. Rul. 2008-5)."""
        return not self.lot.wrapper.is_taxable

    @property
    def may_replace(self) -> bool:
        """Whether it was bought, on a day that is known."""
        return self.lot.by_purchase and self.lot.acquired is not None

    @property
    def loss(self) -> Decimal:
        """The loss that its sale realised, zero where there is none to disallow."""
        if self.proceeds is None or self.basis is None or not self.lot.wrapper.is_taxable:
            return ZERO
        return max(ZERO, self.basis - self.proceeds)

    def split(self, quantity: Decimal) -> _Piece:
        """Keep this many shares and return the rest; their money adds up to what it was."""
        rest = replace(self, quantity=self.quantity - quantity, offset=self.offset + quantity)
        for name in ("basis", "proceeds"):
            amount = getattr(self, name)
            if amount is not None:
                kept = (amount * quantity / self.quantity).quantize(PORTION)
                setattr(self, name, kept)
                setattr(rest, name, amount - kept)
        self.quantity = quantity
        return rest

    def segment(self) -> WashSegment:
        """What is reported of it."""
        return WashSegment(
            lot=self.lot.lot,
            quantity=self.quantity,
            sold=self.lot.sold,
            proceeds=self.proceeds,
            adjusted_basis=self.basis,
            holding_start=self.holding_start,
            disallowed=self.disallowed,
            permanent=self.permanent,
            served=self.used,
        )


class _Group:
    """The pieces of one group of substantially identical instruments, while they are matched."""

    def __init__(self, lots: Sequence[HistoricLot], reading: WashSaleReading) -> None:
        self.reading = reading
        self.pieces: list[_Piece] = []
        self.purchases: list[_Piece] = []  # in order of acquisition
        self.losses: list[tuple[tuple[object, ...], int, _Piece]] = []  # heap, by disposition
        self.serial = count()  # heap entries of equal rank are never compared further
        for lot in lots:
            self._add(_Piece.of(lot))

    def match(self) -> Iterator[WashMatch]:
        """Judge every loss in order of disposition.

        A loss that a replacement carries in can make its later sale a loss, which is then queued.
        Ends because each step judges a loss or uses up a replacement.
        """
        while self.losses:
            loss = heappop(self.losses)[-1]
            if loss.judged:
                continue
            replacement = next(self._replacements(loss), None)
            if replacement is None:
                loss.judged = True
                continue
            self._even_out(loss, replacement)
            yield self._settle(loss, replacement)

    def _add(self, piece: _Piece) -> None:
        self.pieces.append(piece)
        if piece.may_replace:
            insort(self.purchases, piece, key=_acquisition_order)
        self._queue(piece)

    def _queue(self, piece: _Piece) -> None:
        if piece.loss and not piece.judged:
            heappush(self.losses, (_disposition_order(piece), next(self.serial), piece))

    def _replacements(self, loss: _Piece) -> Iterator[_Piece]:
        """The purchases that may replace a loss, in order of acquisition."""
        window_start: tuple[object, ...] = (loss.sold - WINDOW,)
        first = bisect_left(self.purchases, window_start, key=_acquisition_order)
        for index in range(first, len(self.purchases)):
            piece = self.purchases[index]
            if piece.acquired > loss.sold + WINDOW:
                return
            if self._may_replace(piece, loss):
                yield piece

    def _may_replace(self, piece: _Piece, loss: _Piece) -> bool:
        """Whether shares bought in the window replace a loss.

        A lot never replaces itself, nor what it was itself replaced by; a share that has served
        does not serve again, and shares whose own loss was judged before count as gone.
        Source: 26 CFR 1.1091-1(e) (once); Rev. Rul. 56-602 (one purchase).
        """
        reading, purchase = self.reading, piece.lot.purchase
        if piece.used or piece.judged or piece.lot.lot == loss.lot.lot:
            return False
        if purchase in loss.replaces or (purchase == loss.lot.purchase and not reading.same_order):
            return False
        if piece.lot.wrapper not in COUNTED_ALWAYS and not reading.workplace_counts:
            return False
        if not reading.lots_acquired_earlier and piece.acquired < loss.acquired:
            return False
        if piece.sold < loss.sold:
            return reading.lots_sold_earlier
        gone_with_it = piece.sold == loss.sold and piece.acquired != loss.sold
        return reading.lots_sold_same_day or not gone_with_it

    def _even_out(self, loss: _Piece, replacement: _Piece) -> None:
        """Split the larger of the two, so that both are as many shares."""
        if loss.quantity > replacement.quantity:
            self._add(loss.split(replacement.quantity))
        elif replacement.quantity > loss.quantity:
            self._add(replacement.split(loss.quantity))

    def _settle(self, loss: _Piece, replacement: _Piece) -> WashMatch:
        """Disallow the loss and carry it, with the days held, to the replacement.

        Source: 26 USC 1091(d), 1223(3); Rev. Rul. 2008-5 where nothing is carried.
        """
        disallowed, permanent = loss.loss, replacement.is_permanent
        loss.judged, loss.disallowed, loss.permanent = True, disallowed, permanent
        replacement.used = True
        if not permanent:
            replacement.replaces = loss.replaces | {loss.lot.purchase}
            if replacement.basis is not None:
                replacement.basis += disallowed
            replacement.holding_start = self._carried_start(loss, replacement)
            self._queue(replacement)
        told = disallowed, permanent, replacement.holding_start, loss.proceeds or ZERO, loss.used
        return WashMatch(loss.lot, replacement.lot, loss.quantity, *told)

    def _carried_start(self, loss: _Piece, replacement: _Piece) -> date | None:
        """The day from which the replacement's holding period counts afterwards."""
        began, begins = loss.holding_start, replacement.holding_start
        if began is None or begins is None:
            return begins
        if self.reading.holding is HoldingReading.BEGIN_WITH_OLD:
            return began
        return begins - (loss.sold - began)


def _disposition_order(piece: _Piece) -> tuple[object, ...]:
    """Earliest sale first; on one day, in order of acquisition (26 CFR 1.1091-1(b))."""
    return piece.sold, piece.acquired, piece.name, piece.offset


def _acquisition_order(piece: _Piece) -> tuple[object, ...]:
    """Earliest purchase first (26 CFR 1.1091-1(c)); the law is silent on one day's purchases.

    There the loss goes where it is not lost for good, then to what is sold first.
    """
    return piece.acquired, piece.is_permanent, piece.sold, piece.name, piece.offset
