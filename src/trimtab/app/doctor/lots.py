"""Lots and cash: what no target wants, what the mandate does not describe, what nobody knows.

Errors: none; findings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from trimtab.app.doctor.reading import Examined
from trimtab.app.household import VALUE_MAX
from trimtab.app.load_findings import past_flows
from trimtab.app.screens.words import money
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, total

__all__ = ["lot_findings"]


def lot_findings(found: Examined) -> Iterator[Finding]:
    """What is wrong with the lots and the mandate's view of them."""
    file, lots = found.mandate_file, found.lots
    if file is None or lots is None:
        return
    if not lots.lots and not any(balance.amount for balance in lots.cash):
        yield Finding(
            "nothing_held",
            Severity.WARNING,
            "lots.csv",
            "it holds neither lots nor cash",
            remedy=f"`trimtab import FILE --household {found.folder}` reads your broker's files",
        )
    values = [found.value(lot) for lot in lots.lots]
    worth = total(value for value in values if value is not None)
    if worth > VALUE_MAX:
        yield Finding(
            "value_absurd",
            Severity.REFUSAL,
            "household",
            f"it is worth {worth:,.0f}, more than {VALUE_MAX:,}",
            actual=f"{worth:,.0f}",
            bound=f"{VALUE_MAX:,}",
            remedy="look for a quantity or a price in the wrong column",
        )
    yield from lots.findings
    yield from _unmapped(found, lots.lots)
    yield from _unknown(found, lots.lots)
    yield from past_flows(file.mandate, found.as_of)


def _unmapped(found: Examined, lots: Iterable[Lot]) -> Iterator[Finding]:
    """Instruments held that no target names, and those of which the mandate has no block."""
    file = found.mandate_file
    if file is None:
        return
    by_name: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        by_name[lot.instrument].append(lot)
    restricted = {n for rule in file.mandate.restrictions for n in rule.instruments}
    for name, own in sorted(by_name.items()):
        if file.mandate.target_of(name) is None and name not in restricted:
            worth = _worth(found, own)
            yield Finding(
                "no_target",
                Severity.WARNING,
                name,
                f"{worth} of it is held and no target names it, so plans sell it where that pays",
                actual=worth,
                remedy="name it in a target of mandate.toml, or keep it by a restriction "
                f'(kind = "do_not_sell", instruments = ["{name}"])',
            )
    blocks = {path[1] for path in file.lines if len(path) > 1 and path[0] == "instruments"}
    bare = [name for name in sorted(by_name) if name not in blocks]
    if bare:
        yield Finding(
            "no_block",
            Severity.NOTE,
            ", ".join(bare),
            "the mandate has no block of it, so it counts as a stock in whole shares",
            remedy=f"add [instruments.{bare[0]}] with its kind (stock, etf, mutual_fund, bond …)",
        )


def _unknown(found: Examined, lots: Iterable[Lot]) -> Iterator[Finding]:
    """Taxable lots whose tax nobody knows, together for each position."""
    file = found.mandate_file
    if file is None:
        return
    taxable = {one.id for one in file.household.accounts if one.wrapper.is_taxable}
    groups: dict[tuple[str, str, str], list[Lot]] = defaultdict(list)
    for lot in lots:
        if lot.account in taxable and not lot.is_known:
            what = "basis" if lot.basis is None else "day of acquisition"
            what = "basis and day" if lot.basis is None and lot.starts is None else what
            groups[lot.account, lot.instrument, what].append(lot)
    for (account, name, what), own in sorted(groups.items()):
        count = f"{len(own)} lot{'s' if len(own) != 1 else ''}"
        where = f"{count} of {name} in {account}"
        yield Finding(
            "unknown_basis",
            Severity.WARNING,
            where,
            f"{what} unknown, so {_worth(found, own)} cannot be sold with a known tax",
            actual=_worth(found, own),
            remedy="import the broker's file of lots, write them into lots.csv, or answer with "
            f"`trimtab breaks {found.folder}`",
        )


def _worth(found: Examined, lots: Iterable[Lot]) -> str:
    """What lots are worth, as messages say it; units where there is no price."""
    own = list(lots)
    values = [found.value(lot) for lot in own]
    known = [value for value in values if value is not None]
    if len(known) < len(own):
        return f"{total(lot.quantity for lot in own):,f} units"
    file = found.mandate_file
    amount: Decimal = total(known) if known else ZERO
    return money(amount, "USD" if file is None else file.household.base_currency)
