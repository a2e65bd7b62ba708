"""What brokers' lists say that accounts hold, and whether the lots agree with the positions.

For each account the latest list counts.  Lots that do not add up to the position they belong to are
kept as they are and told: nothing is averaged away, and nothing made up.

A position that has a value and no units, as an annuity has, is held as units of one unit of its
currency each, at a price of 1 and of the kind `other`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from trimtab.model.instruments import InstrumentKind
from trimtab.model.money import ZERO, total
from trimtab.model.statements import StatedLot, StatedPosition, Statement

__all__ = ["Holdings", "latest_holdings"]


@dataclass(slots=True)
class Holdings:
    """The latest lists of one account.

    Shape: `positions` by instrument; `lots` by instrument; `cash` by currency.  A list of positions
    is whole (what is not in it is not held); lots may come one instrument at a time.  `as_of` is
    the day of the positions, or of the lots where there are none.  `by_value` names instruments of
    which the broker tells a value and no units; `options` all that any list or row calls one.
    """

    account: str
    as_of: date
    positions: dict[str, StatedPosition] = field(default_factory=dict)
    lots: dict[str, tuple[StatedLot, ...]] = field(default_factory=dict)
    cash: dict[str, Decimal] = field(default_factory=dict)
    lots_as_of: dict[str, date] = field(default_factory=dict)
    by_value: set[str] = field(default_factory=set)
    options: frozenset[str] = frozenset()
    has_positions: bool = False
    has_cash: bool = False
    file: str = ""

    @property
    def instruments(self) -> tuple[str, ...]:
        """All that either list names."""
        return tuple(dict.fromkeys((*self.positions, *self.lots)))

    def stated(self, instrument: str) -> tuple[Decimal | None, Decimal | None]:
        """Units by the positions and by the lots, `None` where a list does not say."""
        position = self.positions.get(instrument)
        units = None if position is None else position.quantity
        if position is None and self.has_positions:
            units = ZERO
        lots = self.lots.get(instrument)
        return units, None if lots is None else total(lot.quantity for lot in lots)


def latest_holdings(statements: Iterable[Statement], today: date) -> Mapping[str, Holdings]:
    """The latest positions and lots of every account, in the household's own names.

    Statements come in the order in which they were imported; `today` is the day of a list that does
    not tell its own.
    """
    found: dict[str, Holdings] = {}
    in_order = sorted(statements, key=lambda one: one.as_of or today)
    options = frozenset(_options(in_order))
    for statement in in_order:
        day = statement.as_of or today
        _positions(found, statement, day)
    for statement in in_order:
        _lots(found, statement, statement.as_of or today)
    for holdings in found.values():
        _count_values(holdings)
        holdings.options = options
    return found


def _options(statements: Iterable[Statement]) -> Iterator[str]:
    """The names of options in all statements: one that expired stands in no later list."""
    for statement in statements:
        named = [row.instrument for row in statement.positions]
        named += [row.instrument for row in statement.lots]
        named += [row.instrument for row in statement.transactions if row.instrument is not None]
        yield from (one.symbol for one in named if one.kind is InstrumentKind.OPTION)


def _positions(found: dict[str, Holdings], statement: Statement, day: date) -> None:
    by_account: dict[str, list[StatedPosition]] = defaultdict(list)
    for position in statement.positions:
        by_account[position.account].append(position)
    for account, positions in by_account.items():
        holdings = found.get(account)
        if holdings is None or not _is_further(holdings, positions, day):
            # Of two lists of one day the one that was imported later counts.
            holdings = found[account] = Holdings(account, day, has_positions=True)
        elif any(position.instrument.is_cash for position in positions):
            holdings.cash.clear()
        holdings.file = statement.file
        for position in positions:
            if position.instrument.is_cash:
                _cash(holdings, position)
            else:
                _add(holdings, position)


def _is_further(holdings: Holdings, positions: Sequence[StatedPosition], day: date) -> bool:
    """Whether a list of the same day tells of other instruments alone: a second page of the first.

    A list of cash alone is none: it may be what is left after everything was sold.
    """
    names = {one.instrument.symbol for one in positions if not one.instrument.is_cash}
    return holdings.as_of == day and bool(names) and not names & holdings.positions.keys()


def _cash(holdings: Holdings, position: StatedPosition) -> None:
    amount = position.value if position.value is not None else position.quantity
    if amount is not None:
        holdings.has_cash = True
        held = holdings.cash.get(position.currency, ZERO)
        holdings.cash[position.currency] = held + amount


def _add(holdings: Holdings, position: StatedPosition) -> None:
    """One instrument may stand in several rows: cash and margin, or one per lot."""
    name = position.instrument.symbol
    other = holdings.positions.get(name)
    if other is None or other == position:
        holdings.positions[name] = position
        return
    holdings.positions[name] = StatedPosition(
        line=other.line,
        account=other.account,
        instrument=other.instrument,
        quantity=_sum(other.quantity, position.quantity),
        value=_sum(other.value, position.value),
        cost=_sum(other.cost, position.cost),
        price=other.price,
        currency=other.currency,
    )


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _count_values(holdings: Holdings) -> None:
    """Give positions of which nothing but a value is told units of one each."""
    for name, position in holdings.positions.items():
        is_worth = position.value is not None and position.value > 0
        if is_worth and position.quantity is None and name not in holdings.lots:
            holdings.by_value.add(name)
            holdings.positions[name] = replace(
                position,
                quantity=position.value,
                price=Decimal(1),
                instrument=replace(position.instrument, kind=InstrumentKind.OTHER),
            )


def _lots(found: dict[str, Holdings], statement: Statement, day: date) -> None:
    by_place: dict[tuple[str, str], list[StatedLot]] = defaultdict(list)
    for lot in statement.lots:
        by_place[lot.account, lot.instrument.symbol].append(lot)
    for (account, name), lots in by_place.items():
        holdings = found.get(account)
        if holdings is None:
            holdings = found[account] = Holdings(account, day, file=statement.file)
        if not holdings.has_positions:
            holdings.as_of = max(holdings.as_of, day)
        if lots[0].instrument.is_cash:
            _lot_cash(holdings, lots)
        elif day >= holdings.as_of or not holdings.has_positions:
            holdings.lots[name], holdings.lots_as_of[name] = tuple(lots), day


def _lot_cash(holdings: Holdings, lots: Sequence[StatedLot]) -> None:
    """Cash in a list of lots counts where no list of positions tells it."""
    if not holdings.has_positions:
        holdings.has_cash = True
        holdings.cash[lots[0].currency] = total(
            lot.value if lot.value is not None else lot.quantity for lot in lots
        )
