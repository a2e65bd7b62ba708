"""Returns from a price history, and what in it a person should look at.

Errors: `InputError` for closes that are not positive numbers, and one for all instruments that the
history lacks or of which it has too few closes; all of them in one pass.  What can be used
but looks odd (gaps, a price that never changes, a jump like an unadjusted split) is a `Finding`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from trimtab.estimators._base import SESSIONS_MIN, Floats
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.snapshots import PriceHistory

__all__ = [
    "check_history",
    "check_shared_sessions",
    "closes_of",
    "daily_returns",
    "measurable",
    "returns_known",
    "trends",
]

JUMP_MAX = 0.5
"""A session's move, up or down by half, that is more often a split than news."""
GAP_FRACTION_MAX = 0.1
TREND_SESSIONS = 20
MESSAGES_MAX = 20
NAMES_MAX = 8


def closes_of(history: PriceHistory, instruments: Sequence[str]) -> Floats:
    """The closes as an array, columns in the order of `instruments`.

    Refuses: instruments that are absent or have fewer than `SESSIONS_MIN` returns; closes that are
    zero, negative or infinite.
    """
    whole = np.asarray(history.closes, dtype=np.float64)
    whole = whole.reshape(len(history.dates), len(history.instruments))
    column_of = {name: at for at, name in enumerate(history.instruments)}
    wrong: list[InputError] = []
    short: dict[str, int] = {}
    columns: list[Floats] = []
    for name in instruments:
        closes = whole[:, column_of[name]] if name in column_of else np.full(len(whole), np.nan)
        error = _impossible_close(name, closes, history)
        count = _returns_known(closes)
        if error is not None:
            wrong.append(error)
        elif count < SESSIONS_MIN:
            short[name] = count
        columns.append(closes)
    errors = [*wrong[:MESSAGES_MAX], *([_too_short(short, history)] if short else [])]
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
    return np.column_stack(columns) if columns else np.empty((len(whole), 0))


def _returns_known(closes: Floats) -> int:
    """How many daily returns the closes give: a close and the one of the session before."""
    present = ~np.isnan(closes)
    return int((present[1:] & present[:-1]).sum())


def returns_known(history: PriceHistory, instruments: Sequence[str]) -> dict[str, int]:
    """How many daily returns of each instrument the history gives."""
    closes = np.asarray(history.closes, dtype=np.float64)
    closes = closes.reshape(len(history.dates), len(history.instruments))
    column_of = {name: at for at, name in enumerate(history.instruments)}
    return {
        name: _returns_known(closes[:, column_of[name]]) if name in column_of else 0
        for name in instruments
    }


def measurable(history: PriceHistory, instruments: Sequence[str]) -> tuple[str, ...]:
    """The instruments whose risk the history can carry, in their order.

    Of two that share too few sessions, the one with fewer returns is left out.
    """
    counts = returns_known(history, instruments)
    kept = [name for name in instruments if counts[name] >= SESSIONS_MIN]
    if not kept:
        return ()
    present = np.isfinite(daily_returns(closes_of(history, kept))).astype(np.float64)
    shared = present.T @ present
    left = list(range(len(kept)))
    while (short := shared[np.ix_(left, left)] < SESSIONS_MIN).any():
        pairs = {left[at] for at in np.flatnonzero(short.any(axis=0))}
        left.remove(min(pairs, key=lambda at: (counts[kept[at]], -at)))
    return tuple(kept[at] for at in left)


def _impossible_close(name: str, closes: Floats, history: PriceHistory) -> InputError | None:
    """A close that no price can be, if there is one."""
    wrong = np.flatnonzero(~np.isnan(closes) & ~((closes > 0) & np.isfinite(closes)))
    if not len(wrong):
        return None
    at = int(wrong[0])
    return InputError(
        f"price of {name} on {history.dates[at]}",
        f"is {closes[at]:g}",
        "a price must be above zero",
        f"correct it in the {history.source}",
    )


def _too_short(short: Mapping[str, int], history: PriceHistory) -> InputError:
    """One error for all instruments whose closes are too few to carry an estimate."""
    by_count: dict[int, list[str]] = {}
    for name, count in short.items():
        by_count.setdefault(count, []).append(name)
    parts = [f"{count} for {_listed(names)}" for count, names in sorted(by_count.items())]
    upto = f" up to {history.dates[-1]}" if history.dates else ""
    return InputError(
        f"price history ({history.source})",
        f"too few daily returns{upto}: {'; '.join(parts)}",
        f"an estimate of risk needs {SESSIONS_MIN}, that is prices of {SESSIONS_MIN + 1} sessions",
        'give a longer history, take prices from Yahoo ([feed] kind = "yahoo"), leave out of the '
        'targets what has none, or plan on long-run figures ([risk] without_history = "assume")',
    )


def _listed(names: Sequence[str]) -> str:
    """Names, the first of them where there are many."""
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    return ", ".join(names[:NAMES_MAX]) + more


def daily_returns(closes: Floats, *, log: bool = False) -> Floats:
    """Simple (or log) returns from one session to the next, `nan` beside a missing close.

    Simple returns are the default, because a portfolio's return is their weighted sum.
    Shape: sessions × instruments in, one row fewer out.
    """
    ratio: Floats = closes[1:] / closes[:-1]
    return np.log(ratio) if log else ratio - 1


def check_shared_sessions(returns: Floats, instruments: Sequence[str]) -> None:
    """Refuse two instruments whose returns share fewer than `SESSIONS_MIN` sessions."""
    present = np.isfinite(returns).astype(np.float64)
    counts = present.T @ present
    pairs = np.argwhere(np.triu(counts < SESSIONS_MIN, 1)).tolist()
    if not pairs:
        return
    shared = [
        f"{counts[first, second]:.0f} for {instruments[first]} and {instruments[second]}"
        for first, second in pairs
    ]
    raise InputError(
        "price histories",
        f"too few daily returns that two instruments share: {_listed(shared)}",
        f"an estimate of their covariance needs {SESSIONS_MIN}",
        "give histories that overlap",
    )


def trends(closes: Floats) -> Floats:
    """Each column's return over its last `TREND_SESSIONS` closes, for a trend-aware delay."""
    found = np.zeros(closes.shape[1])
    for at in range(closes.shape[1]):
        known = closes[~np.isnan(closes[:, at]), at]
        if len(known) > TREND_SESSIONS:
            found[at] = known[-1] / known[-1 - TREND_SESSIONS] - 1
    return found


def check_history(history: PriceHistory, instruments: Sequence[str]) -> tuple[Finding, ...]:
    """What is odd in a history that can be used all the same.

    Refuses: what `closes_of` refuses.
    """
    closes = closes_of(history, instruments)
    returns = daily_returns(closes)
    findings: list[Finding] = []
    for at, name in enumerate(instruments):
        own = returns[np.isfinite(returns[:, at]), at]
        missing = float(np.isnan(closes[:, at]).mean())
        jump = int(np.nanargmax(np.abs(returns[:, at])))
        size = float(returns[jump, at])
        if not own.any():
            findings.append(_constant(name, len(own)))
        if missing > GAP_FRACTION_MAX:
            findings.append(_gaps(name, missing))
        if abs(size) > JUMP_MAX:
            day = history.dates[jump + 1].isoformat()
            findings.append(_jump(name, size, day))
    return tuple(findings)


def _constant(name: str, count: int) -> Finding:
    return Finding(
        code="history.constant_price",
        severity=Severity.WARNING,
        subject=name,
        message=f"its price never changed in {count} sessions, so it counts as free of risk",
        actual="0 %",
        remedy="right for a money-market fund; otherwise mend the prices",
    )


def _gaps(name: str, missing: float) -> Finding:
    return Finding(
        code="history.gaps",
        severity=Severity.NOTE,
        subject=name,
        message=f"{_percent(missing)} of its closes are missing; its risk rests on the others",
        actual=_percent(missing),
        bound=_percent(GAP_FRACTION_MAX),
    )


def _jump(name: str, size: float, day: str) -> Finding:
    return Finding(
        code="history.jump",
        severity=Severity.WARNING,
        subject=name,
        message=f"it moved by {_percent(size)} on {day}",
        actual=_percent(size),
        bound=f"±{_percent(JUMP_MAX)}",
        remedy="if that was a split, use prices adjusted for splits",
    )


def _percent(fraction: float) -> str:
    """A fraction as a message says it."""
    return f"{'−' if fraction < 0 else ''}{abs(fraction) * 100:.0f} %"
