"""Returns from a price history, and what in it a person should look at.

Errors: `InputError` for an instrument that the history lacks, that has too few closes, or whose
closes are not positive numbers; all of them in one pass.  What can be used but looks odd (gaps, a
price that never changes, a jump like an unadjusted split) is a `Finding`.
"""

from collections.abc import Sequence

import numpy as np

from trimtab.estimators._base import SESSIONS_MIN, Floats
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.snapshots import PriceHistory

__all__ = ["check_history", "check_shared_sessions", "closes_of", "daily_returns", "trends"]

JUMP_MAX = 0.5
"""A session's move, up or down by half, that is more often a split than news."""
GAP_FRACTION_MAX = 0.1
TREND_SESSIONS = 20
MESSAGES_MAX = 20


def closes_of(history: PriceHistory, instruments: Sequence[str]) -> Floats:
    """The closes as an array, columns in the order of `instruments`.

    Refuses: instruments that are absent or have fewer than `SESSIONS_MIN` returns; closes that are
    zero, negative or infinite.
    """
    whole = np.asarray(history.closes, dtype=np.float64)
    whole = whole.reshape(len(history.dates), len(history.instruments))
    column_of = {name: at for at, name in enumerate(history.instruments)}
    errors: list[InputError] = []
    columns: list[Floats] = []
    for name in instruments:
        closes = whole[:, column_of[name]] if name in column_of else np.full(len(whole), np.nan)
        error = _unusable(name, closes, history)
        if error is not None:
            errors.append(error)
        columns.append(closes)
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors[:MESSAGES_MAX])
    return np.column_stack(columns) if columns else np.empty((len(whole), 0))


def _unusable(name: str, closes: Floats, history: PriceHistory) -> InputError | None:
    """Why an instrument's closes cannot carry an estimate, if so."""
    present = ~np.isnan(closes)
    wrong = np.flatnonzero(present & ~((closes > 0) & np.isfinite(closes)))
    if len(wrong):
        at = int(wrong[0])
        return InputError(
            f"price of {name} on {history.dates[at]}",
            f"is {closes[at]:g}",
            "a price must be above zero",
            f"correct it in the {history.source}",
        )
    count = int((present[1:] & present[:-1]).sum())
    if count >= SESSIONS_MIN:
        return None
    fact = f"has {count} daily returns" if present.any() else "has no prices"
    upto = f" up to {history.dates[-1]}" if history.dates else ""
    return InputError(
        f"price history of {name}",
        f"{fact}{upto}",
        f"an estimate of its risk needs {SESSIONS_MIN}",
        f"give a longer history (now: {history.source}), or leave {name} out of the targets",
    )


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
    pairs = np.argwhere(np.triu(counts < SESSIONS_MIN, 1))[:MESSAGES_MAX].tolist()
    errors = [
        InputError(
            f"price histories of {instruments[first]} and {instruments[second]}",
            f"share {counts[first, second]:.0f} daily returns",
            f"an estimate of their covariance needs {SESSIONS_MIN}",
            "give histories that overlap",
        )
        for first, second in pairs
    ]
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)


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
        message=f"{missing:.0%} of its closes are missing; its risk rests on the others",
        actual=f"{missing:.0%}",
        bound=f"{GAP_FRACTION_MAX:.0%}",
    )


def _jump(name: str, size: float, day: str) -> Finding:
    return Finding(
        code="history.jump",
        severity=Severity.WARNING,
        subject=name,
        message=f"it moved by {size:+.0%} on {day}",
        actual=f"{size:+.0%}",
        bound=f"±{JUMP_MAX:.0%}",
        remedy="if that was a split, use prices adjusted for splits",
    )
