"""Three records of one holding: the broker's positions, its lots, and the journal.

An account seen for the first time is opened with what the broker's lists say, against equity.
Later lists are held against the books: where they agree nothing happens, where lots only tell more
than was known they replace what was unknown, and everything else is a break that shows all three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from trimtab.books.corrections import lots_set_aside
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.free_names import free_name
from trimtab.books.holding_breaks import (
    QUANTITY_SLACK,
    cash_breaks,
    quantity_break,
    short_break,
)
from trimtab.books.holdings import Holdings
from trimtab.books.ledger import Ledger
from trimtab.books.statement_facts import Booked, Currencies
from trimtab.model.breaks import Break, BreakKind, break_id
from trimtab.model.lots import Lot
from trimtab.model.money import CENT, ZERO, total
from trimtab.model.statements import StatedLot, StatedPosition

__all__ = ["open_account", "reconcile_account", "stated_lots"]


def open_account(ledger: Ledger, holdings: Holdings, currencies: Currencies) -> Booked:
    """Opening entries for all that an account's lists say, and the breaks among them."""
    done = Booked()
    for name in holdings.instruments:
        _open(ledger, holdings, name, currencies, done)
        held = total(lot.quantity for lot in ledger.lots_of(name, holdings.account))
        disagreement = quantity_break(holdings, name, held)
        if disagreement is not None and not _is_as_listed(holdings, name):
            done.breaks.append(disagreement)
    for currency, amount in holdings.cash.items():
        code = currency or currencies.base
        if amount:
            entry_id = f"opening cash {holdings.account} {code}"
            entry = opening_cash(entry_id, holdings.as_of, holdings.account, code, amount)
            ledger.apply(entry)
            done.entries.append(entry)
    return done


def _open(
    ledger: Ledger, holdings: Holdings, name: str, currencies: Currencies, done: Booked
) -> None:
    """Opening entries of one instrument's lots."""
    for lot in stated_lots(ledger, holdings, name, currencies):
        entry_id = free_name(f"opening lot {lot.id} on {holdings.as_of}", ledger.entries)
        entry = opening_lot(entry_id, holdings.as_of, lot, currencies.base)
        ledger.open_lot(entry, lot)
        done.entries.append(entry)
    position = holdings.positions.get(name)
    units = position.quantity if position is not None else None
    if units is not None and units < 0:
        done.breaks.append(short_break(holdings, name, units))


def stated_lots(
    ledger: Ledger, holdings: Holdings, name: str, currencies: Currencies
) -> tuple[Lot, ...]:
    """The lots of an instrument as the broker tells them; one of unknown day where it does not."""
    given = holdings.lots.get(name)
    if given is None:
        position = holdings.positions[name]
        if position.quantity is None or position.quantity <= 0:
            return ()
        return (_lot_of_position(ledger, holdings, position, currencies),)
    lots: list[Lot] = []
    count: Counter[str] = Counter()
    for one in given:
        if one.quantity > 0:
            wanted = f"{holdings.account}/{name}/{one.acquired or 'unknown'}"
            count[wanted] += 1
            while (lot_id := _with_number(wanted, count[wanted])) in ledger.lots:
                count[wanted] += 1
            lots.append(_lot(lot_id, holdings.account, one, currencies))
    return tuple(lots)


def _with_number(wanted: str, count: int) -> str:
    return wanted if count == 1 else f"{wanted}#{count}"


def _lot(lot_id: str, account: str, one: StatedLot, currencies: Currencies) -> Lot:
    return Lot(
        id=lot_id,
        account=account,
        instrument=one.instrument.symbol,
        quantity=one.quantity,
        basis=_basis(one.cost, one.currency, one.acquired, currencies),
        acquired=one.acquired,
    )


def _lot_of_position(
    ledger: Ledger, holdings: Holdings, position: StatedPosition, currencies: Currencies
) -> Lot:
    name = position.instrument.symbol
    return Lot(
        id=ledger.free_lot_id(
            _by_value(holdings.account, name)
            if name in holdings.by_value
            else f"{holdings.account}/{name}/unknown"
        ),
        account=holdings.account,
        instrument=name,
        quantity=position.quantity or ZERO,
        basis=_basis(position.cost, position.currency, None, currencies),
        acquired=None,
    )


def _basis(
    cost: Decimal | None, currency: str, acquired: date | None, currencies: Currencies
) -> Decimal | None:
    """The cost in base currency; unknown where the rate of the day of purchase is."""
    if cost is None or cost < 0:
        return None
    code = currency or currencies.base
    if code == currencies.base:
        return cost.quantize(CENT) if cost.as_tuple().exponent < -2 else cost  # type: ignore[operator]
    return None if acquired is None else currencies.in_base(cost, code, acquired)


def reconcile_account(
    ledger: Ledger,
    holdings: Holdings,
    currencies: Currencies,
    lots_count: Collection[str] = (),
) -> Booked:
    """Hold an account's latest lists against the books.

    `lots_count` are breaks of which a person said that the broker's lots count.
    """
    done = Booked()
    booked = {
        instrument
        for (account, instrument), lots in ledger.places.items()
        if account == holdings.account and lots
    }
    for name in dict.fromkeys((*holdings.instruments, *sorted(booked))):
        lots = ledger.lots_of(name, holdings.account)
        held = total(lot.quantity for lot in lots)
        by_positions, by_lots = holdings.stated(name)
        if name in holdings.by_value and any(not _is_by_value(lot) for lot in lots):
            continue  # the books hold units of it, of which the list tells nothing
        disagreement = quantity_break(holdings, name, held)
        if disagreement is not None and _is_as_listed(holdings, name, lots):
            listed = by_positions if by_lots is None else by_lots
            if listed is None or abs(max(listed, ZERO) - held) > QUANTITY_SLACK:
                _take_list(ledger, holdings, name, lots, currencies, done)
        elif disagreement is not None and disagreement.id not in lots_count:
            done.breaks.append(disagreement)
        elif by_lots is not None and not _told_alike(lots, holdings.lots[name], currencies):
            _restate(ledger, holdings, name, lots, currencies, done, lots_count)
        if by_positions is not None and by_positions < 0:
            done.breaks.append(short_break(holdings, name, by_positions))
    done.breaks += cash_breaks(ledger, holdings, currencies)
    return done


def _by_value(account: str, name: str) -> str:
    """The id of the lot of a position of which nothing but a value is told."""
    return f"{account}/{name}/value"


def _told_alike(lots: Sequence[Lot], given: Sequence[StatedLot], currencies: Currencies) -> bool:
    """Whether the books hold the lots that the broker lists, whatever their ids.

    What the list does not tell contradicts nothing; what the books do not know is not told alike.
    """
    listed = [
        (one.acquired, one.quantity, _basis(one.cost, one.currency, one.acquired, currencies))
        for one in given
        if one.quantity > 0
    ]
    ours = [(lot.acquired, lot.quantity, lot.basis) for lot in lots]
    if len(ours) != len(listed):
        return False
    with_days = all(day is not None for day, _, _ in listed)

    def order(told: tuple[date | None, Decimal, Decimal | None]) -> tuple[date, Decimal, Decimal]:
        day, units, basis = told
        return (day or date.min) if with_days else date.min, units, basis or ZERO

    pairs = zip(sorted(ours, key=order), sorted(listed, key=order), strict=True)
    return all(
        its[0] in (None, mine[0])
        and abs(mine[1] - its[1]) <= QUANTITY_SLACK
        and (its[2] is None or (mine[2] is not None and abs(mine[2] - its[2]) <= 1))
        for mine, its in pairs
    )


def _restate(
    ledger: Ledger,
    holdings: Holdings,
    name: str,
    lots: Sequence[Lot],
    currencies: Currencies,
    done: Booked,
    lots_count: Collection[str],
) -> None:
    """Other lots than ours: taken where ours were unknown or a person said so, else a break."""
    on = holdings.lots_as_of[name]
    facts = {"broker": str(len(holdings.lots[name])), "journal": str(len(lots)), "as_of": str(on)}
    told = Break(
        id=break_id(BreakKind.LOTS, holdings.account, name, *facts.values()),
        kind=BreakKind.LOTS,
        account=holdings.account,
        instrument=name,
        message=f"{name} on {on}: the broker's {facts['broker']} lots are not the journal's "
        f"{facts['journal']}, though their units agree",
        remedy="say which record is right",
        facts=facts,
        source=holdings.file,
    )
    units = quantity_break(holdings, name, total(lot.quantity for lot in lots))
    is_told = told.id in lots_count or (units is not None and units.id in lots_count)
    if is_told or all(lot.basis is None or lot.acquired is None for lot in lots):
        _take_list(ledger, holdings, name, lots, currencies, done)
    else:
        done.breaks.append(told)


def _take_list(
    ledger: Ledger,
    holdings: Holdings,
    name: str,
    lots: Sequence[Lot],
    currencies: Currencies,
    done: Booked,
) -> None:
    """The books' lots leave and those of the broker's list are opened."""
    on = holdings.lots_as_of.get(name, holdings.as_of)
    if lots:
        wanted = f"as the broker lists {holdings.account} {name} on {on}"
        entry_id = free_name(wanted, ledger.entries)
        ids = [lot.id for lot in lots]
        aside = lots_set_aside(entry_id, on, ledger.view(), ids, "the broker's list tells it")
        ledger.apply(aside)
        done.entries.append(aside)
    if name in holdings.instruments:
        _open(ledger, holdings, name, currencies, done)


def _is_by_value(lot: Lot) -> bool:
    return lot.id.startswith(_by_value(lot.account, lot.instrument))


def _is_as_listed(holdings: Holdings, name: str, lots: Sequence[Lot] = ()) -> bool:
    """Whether it is held as the broker lists it: an option, or what has a value and no units."""
    was_by_value = bool(lots) and all(map(_is_by_value, lots))
    return name in holdings.by_value or name in holdings.options or was_by_value
