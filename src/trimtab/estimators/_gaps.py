"""Closes that a history lacks although the instrument's market was open.

A cell that is empty or says `nan` may be a holiday, a day on which another market was open alone,
or a hole in the data.  Told is what looks like a hole: a weekday between an instrument's first and
last close on which at least half of the funds and stocks of its currency have one.  The days of
crypto and of other currencies are no measure, and bonds and options need not trade every day.

Errors: those of `check_history`.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from trimtab.estimators._history import check_history
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.snapshots import PriceHistory

__all__ = ["odd_history"]

Flags = npt.NDArray[np.bool_]

OPEN_SHARE_MIN = 0.5
"""The part of the others that must have a close, for a day to count as one of trading."""
HOLIDAYS_SHARE_MAX = 0.06
"""Fifteen sessions a year: two markets' holidays differ by no more, so that it is but a note."""
WEEK_DAYS = 5
MEASURES = frozenset({InstrumentKind.STOCK, InstrumentKind.ETF, InstrumentKind.MUTUAL_FUND})
SELDOM_TRADED = frozenset({InstrumentKind.BOND, InstrumentKind.OPTION})


def odd_history(
    history: PriceHistory, measured: Sequence[str], instruments: Mapping[str, Instrument]
) -> tuple[Finding, ...]:
    """What is odd in a history that can be used all the same, gaps of all `instruments` included.

    `measured` are those that risk is measured of.
    Refuses: what `check_history` refuses.
    """
    holes = tuple(_holes(history, instruments))
    told = {finding.subject for finding in holes}
    others = (
        finding
        for finding in check_history(history, measured)
        if finding.code != "history.gaps" or finding.subject not in told
    )
    return (*others, *holes)


def _holes(history: PriceHistory, instruments: Mapping[str, Instrument]) -> Iterator[Finding]:
    """One finding for each instrument that lacks closes."""
    closes = np.asarray(history.closes, dtype=np.float64)
    present = ~np.isnan(closes.reshape(len(history.dates), len(history.instruments)))
    columns = {
        name: present[:, at]
        for at, name in enumerate(history.instruments)
        if name in instruments and present[:, at].any()
    }
    weekday = np.array([day.weekday() < WEEK_DAYS for day in history.dates], dtype=np.bool_)
    for name, own in columns.items():
        if instruments[name].kind in SELDOM_TRADED:
            continue
        lacking = np.flatnonzero(_lived(own) & ~own & weekday & _open(name, columns, instruments))
        if len(lacking):
            yield _hole(name, history, lacking, int(_lived(own).sum()))


def _lived(own: Flags) -> Flags:
    """The sessions from an instrument's first close to its last."""
    at = np.flatnonzero(own)
    lived = np.zeros_like(own)
    lived[at[0] : at[-1] + 1] = True
    return lived


def _open(name: str, columns: Mapping[str, Flags], instruments: Mapping[str, Instrument]) -> Flags:
    """The sessions on which an instrument's market was open, as far as the others tell."""
    currency, rows = instruments[name].currency, len(columns[name])
    if len(columns) == 1:  # a row for this one alone, and nothing in it
        return np.ones(rows, dtype=np.bool_)
    others = [
        column
        for other, column in columns.items()
        if other != name
        and instruments[other].currency == currency
        and instruments[other].kind in MEASURES
    ]
    if not others:
        return np.zeros(rows, dtype=np.bool_)
    alive = np.sum([_lived(column) for column in others], axis=0)
    seen = np.sum(others, axis=0)
    return np.asarray((seen > 0) & (seen >= OPEN_SHARE_MIN * alive))


def _hole(
    name: str, history: PriceHistory, lacking: npt.NDArray[np.int64], sessions: int
) -> Finding:
    share, count = len(lacking) / sessions, len(lacking)
    first, last = history.dates[lacking[0]], history.dates[lacking[-1]]
    days = "once" if count == 1 else f"in {count} of {sessions:,} sessions"
    when = f"on {first}" if count == 1 else f"the first {first}, the last {last}"
    return Finding(
        code="history.missing_closes",
        severity=Severity.NOTE if share <= HOLIDAYS_SHARE_MAX else Severity.WARNING,
        subject=name,
        message=f"it has no close {days} though its market was open ({when}); the returns beside "
        "such a day are left out",
        actual=f"{count} of {sessions}",
        remedy=f"write what is missing into the {history.source}; right if it did not trade then",
    )
