"""Prices: missing, old, or with too little history behind them.

Errors: none; findings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from trimtab.app.doctor.reading import Examined
from trimtab.app.load_findings import price_gaps
from trimtab.estimators._base import SESSIONS_MIN
from trimtab.estimators._gaps import odd_history
from trimtab.estimators._history import measurable, returns_known
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import WithoutHistory

__all__ = ["PriceFact", "price_facts", "price_findings"]


@dataclass(frozen=True, slots=True)
class PriceFact:
    """What is known of one instrument's price; `returns` counts its daily returns."""

    instrument: str
    on: date | None
    age_days: int | None
    source: str
    returns: int


def price_facts(found: Examined) -> tuple[PriceFact, ...]:
    """Each instrument that needs a price, the oldest price first."""
    counts = {} if found.history is None else returns_known(found.history, found.needed)
    facts = []
    for name in found.needed:
        price = found.prices.get(name)
        on = None if price is None else price.on
        age = None if on is None else (found.as_of - on).days
        source = "" if price is None else price.source
        facts.append(PriceFact(name, on, age, source, counts.get(name, 0)))
    return tuple(sorted(facts, key=lambda one: (one.on or date.min, one.instrument)))


def price_findings(found: Examined) -> Iterator[Finding]:
    """What is wrong with prices and their history."""
    file = found.mandate_file
    if file is None or found.feed is None:
        return
    facts = price_facts(found)
    yield from _missing(facts, found)
    yield from _old(facts, found, file.mandate.limits.price_age_days_max)
    yield from price_gaps(found.prices.values())
    if found.history is not None:
        known = measurable(found.history, found.needed)
        stated = {name: file.instruments[name] for name in found.needed}
        yield from odd_history(found.history, known, stated)
        yield from _short(facts, file.mandate.risk.without_history)


def _missing(facts: tuple[PriceFact, ...], found: Examined) -> Iterator[Finding]:
    held = {lot.instrument for lot in found.lots.lots} if found.lots is not None else set()
    for fact in facts:
        if fact.on is None:
            is_held = fact.instrument in held
            yield Finding(
                "price_missing",
                Severity.REFUSAL,
                f"price of {fact.instrument}",
                f"there is none on or before {found.as_of}"
                + (", and it is held" if is_held else ", and the mandate names it"),
                actual="none",
                remedy=_feed_remedy(found),
            )


def _old(facts: tuple[PriceFact, ...], found: Examined, limit: int) -> Iterator[Finding]:
    """Old prices, one finding for each day and source: they are mended together."""
    groups: dict[tuple[date, str], list[PriceFact]] = {}
    for fact in facts:
        if fact.on is not None and (found.as_of - fact.on).days > limit:
            groups.setdefault((fact.on, fact.source), []).append(fact)
    for (on, source), own in groups.items():
        names = ", ".join(fact.instrument for fact in own)
        age = (found.as_of - on).days
        yield Finding(
            "price_age",
            Severity.WARNING,
            f"price of {names}",
            f"it is of {on} ({source}), {age} days before {found.as_of}; at most {limit} days are "
            "allowed",
            actual=f"{age} days",
            bound=f"at most {limit} days",
            remedy=_feed_remedy(found),
            clause="limits.price_age_days_max",
        )


def _short(facts: tuple[PriceFact, ...], without: WithoutHistory) -> Iterator[Finding]:
    """Instruments whose risk cannot be measured."""
    short = [fact for fact in facts if fact.on is not None and fact.returns < SESSIONS_MIN]
    if not short:
        return
    is_assumed = without is WithoutHistory.ASSUME
    names = ", ".join(f"{fact.instrument} {fact.returns}" for fact in short)
    then = "long-run figures stand in for their risk" if is_assumed else "no plan can be made"
    remedy = 'put closes into prices.csv, or set [feed] kind = "yahoo"'
    yield Finding(
        "history_short",
        Severity.WARNING if is_assumed else Severity.REFUSAL,
        "price history",
        f"fewer than {SESSIONS_MIN} daily returns ({names}), so {then}",
        actual=f"{min(fact.returns for fact in short)}",
        bound=f"{SESSIONS_MIN}",
        remedy=remedy if is_assumed else f'{remedy}, or [risk] without_history = "assume"',
    )


def _feed_remedy(found: Examined) -> str:
    """How prices are renewed with the feed in use."""
    name = "files" if found.mandate_file is None else found.mandate_file.feed.name
    if name == "files":
        return (
            "import a newer file of positions (`trimtab import FILE`), add closes to prices.csv, "
            'or set [feed] kind = "yahoo"'
        )
    return f"check its id with the feed {name}, or give prices.csv"
