"""Breaks between what a broker's lists say of a holding and what the journal comes to.

Errors: none; `None` or nothing where they agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from trimtab.books.holdings import Holdings
from trimtab.books.ledger import Ledger
from trimtab.books.statement_facts import Currencies
from trimtab.model.breaks import Break, BreakKind, break_id
from trimtab.model.money import CENT, ZERO

__all__ = ["QUANTITY_SLACK", "cash_breaks", "outdated_lots", "quantity_break", "short_break"]

QUANTITY_SLACK = Decimal("0.0005")
"""Brokers show units to three decimals and keep more."""


def quantity_break(holdings: Holdings, name: str, held: Decimal) -> Break | None:
    """The break where positions, lots and journal do not say the same; `None` where they do."""
    by_positions, by_lots = holdings.stated(name)
    # What is sold short is held aside, not in the books.
    by_positions, by_lots = _not_short(by_positions), _not_short(by_lots)
    told = [units for units in (by_positions, by_lots, held) if units is not None]
    if len(told) < 2 or max(told) - min(told) <= QUANTITY_SLACK:
        return None
    facts = {
        "positions": _shown(by_positions),
        "lots": _shown(by_lots),
        "journal": _shown(held),
        "as_of": holdings.as_of.isoformat(),
    }
    # Where the broker's two lists disagree, an answer holds whatever the journal comes to.
    is_theirs = by_positions is not None and by_lots is not None and by_positions != by_lots
    parts = [fact for side, fact in facts.items() if side != "journal" or not is_theirs]
    words = ", ".join(f"{side} {facts[side]}" for side in ("positions", "lots", "journal"))
    return Break(
        id=break_id(BreakKind.QUANTITY, holdings.account, name, *parts),
        kind=BreakKind.QUANTITY,
        account=holdings.account,
        instrument=name,
        message=f"{name} on {holdings.as_of}: {words}",
        remedy="import what is missing (transactions, lots), or say which record is right",
        facts=facts,
        source=holdings.file,
    )


def _not_short(units: Decimal | None) -> Decimal | None:
    return None if units is None else max(units, ZERO)


def _shown(units: Decimal | None) -> str:
    return "–" if units is None else f"{units:f}"


def short_break(holdings: Holdings, name: str, units: Decimal) -> Break:
    """The note that units were sold short, which the books do not hold."""
    return Break(
        id=break_id(BreakKind.SHORT, holdings.account, name, units),
        kind=BreakKind.SHORT,
        account=holdings.account,
        instrument=name,
        message=f"{name}: {-units} sold short are held aside and never touched",
        remedy="nothing to do; accept it to take it off the list",
        blocks=False,
        facts={"positions": f"{units:f}"},
        source=holdings.file,
    )


def outdated_lots(holdings: Holdings, name: str) -> Break:
    """The note that a list tells lots of which some were sold or moved since."""
    on = holdings.lots_as_of.get(name, holdings.as_of)
    return Break(
        id=break_id(BreakKind.LOTS, holdings.account, name, "outdated", on),
        kind=BreakKind.LOTS,
        account=holdings.account,
        instrument=name,
        message=f"{name}: of the lots of {on} some were sold or moved since, so that list is not "
        "taken",
        remedy="import a newer list of lots, or accept it to keep what the journal has",
        blocks=False,
        facts={"as_of": on.isoformat()},
        source=holdings.file,
    )


def cash_breaks(ledger: Ledger, holdings: Holdings, currencies: Currencies) -> list[Break]:
    """Cash that the broker shows and the journal does not come to."""
    breaks = []
    stated: Mapping[str, Decimal] = {
        code or currencies.base: amount for code, amount in holdings.cash.items()
    }
    codes = set(stated) if holdings.has_cash else set()
    for code in sorted(codes):
        ours = ledger.cash.get((holdings.account, code), ZERO)
        theirs = stated.get(code, ZERO)
        if abs(ours - theirs) < CENT:
            continue
        facts = {
            "positions": f"{theirs:f}",
            "journal": f"{ours:f}",
            "currency": code,
            "as_of": str(holdings.as_of),
        }
        breaks.append(
            Break(
                id=break_id(BreakKind.CASH, holdings.account, *facts.values()),
                kind=BreakKind.CASH,
                account=holdings.account,
                instrument="CASH",
                message=f"cash in {code} on {holdings.as_of}: the broker shows {theirs:f}, the "
                f"journal comes to {ours:f}",
                remedy="import the transactions since, or take the broker's",
                facts=facts,
                source=holdings.file,
            )
        )
    return breaks
