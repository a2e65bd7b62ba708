"""What a reader of a wash-sale answer must know: thin authority, open windows, unchecked places.

Sentences only; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from trimtab.books.wash_values import WINDOW_DAYS, HistoricLot, WashMatch, washed_units
from trimtab.model.accounts import Wrapper
from trimtab.model.money import ZERO
from trimtab.model.plans import Coverage

__all__ = ["notes_on"]

IRAS = frozenset({Wrapper.TRADITIONAL, Wrapper.ROTH})


def notes_on(
    lots: Sequence[HistoricLot],
    matches: Sequence[WashMatch],
    coverage: Coverage,
    as_of: date | None = None,
) -> tuple[str, ...]:
    """The notes that belong to an answer, each once, in a fixed order."""
    notes = [*_spouse(matches), *_sheltered(matches), *_groups(matches), *_liquidation(matches)]
    if as_of is not None:
        notes += _open_windows(lots, matches, as_of)
    if not coverage.not_loaded:
        notes.append("only the accounts named were checked; purchases elsewhere would count too")
    return tuple(dict.fromkeys(notes))


def _spouse(matches: Sequence[WashMatch]) -> Iterator[str]:
    for match in matches:
        loss, replacement = match.loss, match.replacement
        if set(loss.owner.split("+")) != set(replacement.owner.split("+")):
            sentence = (
                f"{loss.lot!r} ({loss.owner}) is replaced by {replacement.lot!r} "
                f"({replacement.owner}): a wash sale by IRS Publication 550"
            )
            if not match.permanent:
                sentence += (
                    f"; the basis is added to {replacement.lot!r}, but whose basis changes has "
                    "thin authority: ask a tax adviser"
                )
            yield sentence


def _sheltered(matches: Sequence[WashMatch]) -> Iterator[str]:
    for match in matches:
        replacement = match.replacement
        if not match.permanent:
            continue
        if replacement.wrapper in IRAS:
            reason = "Rev. Rul. 2008-5"
        else:
            reason = "no ruling on this kind of account, treated like an IRA"
        yield (
            f"the loss of {match.loss.lot!r} replaced in {replacement.account!r} "
            f"({replacement.wrapper.value}) is lost for good: {reason}"
        )


def _groups(matches: Sequence[WashMatch]) -> Iterator[str]:
    for match in matches:
        sold, bought = match.loss.instrument, match.replacement.instrument
        if sold != bought:
            yield (
                f"{sold} and {bought} count as substantially identical because both are in group "
                f"{match.loss.group!r}; matched share for share"
            )


def _liquidation(matches: Sequence[WashMatch]) -> Iterator[str]:
    for match in matches:
        if match.replacement.sold is not None and match.replacement.sold == match.loss.sold:
            yield (
                f"{match.loss.lot!r} and its replacement {match.replacement.lot!r} were sold on "
                "the same day, so the disallowed loss comes back in that sale; "
                "that this is a wash sale is custom, not settled law"
            )


def _open_windows(
    lots: Sequence[HistoricLot], matches: Sequence[WashMatch], as_of: date
) -> Iterator[str]:
    window, washed = timedelta(days=WINDOW_DAYS), washed_units(matches)
    for lot in lots:
        sold = lot.sold
        if sold is None or lot.proceeds is None or lot.cost is None or not lot.wrapper.is_taxable:
            continue
        is_open = washed.get(lot, ZERO) < lot.quantity and sold <= as_of < sold + window
        if lot.proceeds < lot.cost and is_open:
            yield (
                f"a purchase of group {lot.group!r} up to {sold + window}, in any account and by "
                f"reinvestment too, would still wash the loss of {lot.lot!r}"
            )
