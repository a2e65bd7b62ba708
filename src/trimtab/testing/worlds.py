"""Worlds: a table that a domain expert can read becomes a snapshot and a mandate.

Tests, examples and bug reports state a household as they would on paper:

    home = world(
        '''
        account   instrument  qty    basis   acquired    price
        taxable   VTI         300    60,000  2019-03-04  250
        taxable   BND         400    32,000  2020-01-06  72
        taxable   cash        2,000
        roth      VTI         100    .       .           250
        ''',
        targets='''
        target  weight  instruments  band
        stocks  60%     VTI,ITOT     5/25
        bonds   40%     BND          5/25
        ''',
        as_of="2022-10-14",
    )

A table opens with its column names; cells are parted by spaces, lists within a cell by commas, and
`.` leaves a cell to its default, as does the end of a row.  `trimtab.testing.situations` adds what
a policy needs beyond that: a covariance, a tax curve and flows.

Errors: `InputError` naming the row for a cell or a column that cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from trimtab.model.accounts import Account, Household, Wrapper
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.lots import Lot, Term
from trimtab.model.mandate import Band, Mandate, Restriction, RestrictionKind, Split, Target
from trimtab.model.money import ZERO
from trimtab.model.snapshots import CashBalance, Price, Side, Snapshot, TradeRecord
from trimtab.testing.tables import Row, number, rows

__all__ = ["AS_OF", "World", "band", "world"]

AS_OF = date(2022, 10, 14)
"""The day of a world that names none: a Friday, a session, in a year with losses to harvest."""

LOT_COLUMNS = (
    *("account", "instrument", "qty", "basis", "acquired", "price", "lot", "start", "flags"),
    *("tags", "group", "currency", "kind", "step", "spread", "yield", "volatility", "trend"),
)
TARGET_COLUMNS = ("target", "weight", "instruments", "band", "split")
TRADE_COLUMNS = ("account", "instrument", "side", "on", "qty", "amount", "gain", "term")
ACCOUNT_COLUMNS = ("account", "owner", "wrapper", "fractional", "commission", "currency")
RULE_COLUMNS = ("clause", "kind", "instruments", "tags", "accounts", "minimum", "maximum")

WRAPPER_WORDS = {"ira": Wrapper.TRADITIONAL, "401k": Wrapper.WORKPLACE, "529": Wrapper.EDUCATION}
"""Words of an account's name that tell its wrapper, beside the wrappers' own names."""


@dataclass(frozen=True, slots=True)
class World:
    """A household at one moment and its owner's rules.

    Unit: `volatilities` annualised, `trends` recent return, both fractions of one, where the table
    gives them.
    """

    snapshot: Snapshot
    mandate: Mandate
    volatilities: Mapping[str, float] = field(default_factory=dict)
    trends: Mapping[str, float] = field(default_factory=dict)

    def under(self, mandate: Mandate) -> World:
        """The same household under other rules."""
        return replace(self, mandate=mandate)


def world(
    lots: str,
    *,
    targets: str = "",
    as_of: date | str = AS_OF,
    trades: str = "",
    accounts: str = "",
    rules: str = "",
    mandate: Mandate | None = None,
    not_loaded: tuple[str, ...] = (),
) -> World:
    """A household and its mandate from tables.

    `lots` has a row per lot; the instrument `cash` is cash (`qty` in its currency), and a row
    without an account only gives an instrument its price.  `mandate` gives every rule for which
    there is no table.  The columns of each table are the module's `*_COLUMNS`.
    Unit: `basis` base currency for the whole lot, or for one unit where it ends in `each`.
    """
    day = as_of if isinstance(as_of, date) else date.fromisoformat(as_of)
    held = rows(lots, LOT_COLUMNS)
    base = Mandate(()) if mandate is None else mandate
    wanted = _targets(targets) or base.targets
    listed = [name for target in wanted for name in target.instruments]
    listed += [name for names in base.wash_sales.substitutes.values() for name in names]
    household = Household("home", _accounts(held, accounts), not_loaded=not_loaded)
    snapshot = Snapshot(
        as_of=day,
        household=household,
        instruments=_instruments(held, listed),
        lots=_lots(held),
        cash=tuple(
            CashBalance(row.need("account"), row.get("currency") or "USD", _quantity(row))
            for row in held
            if row.get("instrument") == "cash"
        ),
        prices=_prices(held, day),
        trades=_trades(trades),
    )
    return World(
        snapshot,
        replace(base, targets=wanted, restrictions=base.restrictions + _rules(rules)),
        _figures(held, "volatility"),
        _figures(held, "trend"),
    )


def _quantity(row: Row) -> Decimal:
    quantity = row.number("qty")
    return ZERO if quantity is None else quantity


def _figures(held: Sequence[Row], column: str) -> dict[str, float]:
    return {
        row.need("instrument"): float(figure)
        for row in held
        if (figure := row.number(column)) is not None
    }


def _wrapper(account: str) -> Wrapper:
    for word in account.lower().replace("_", "-").split("-"):
        if word in WRAPPER_WORDS:
            return WRAPPER_WORDS[word]
        if word in tuple(Wrapper):
            return Wrapper(word)
    return Wrapper.TAXABLE


def _accounts(held: Sequence[Row], table: str) -> tuple[Account, ...]:
    """The accounts that the lots name, with what their own table says of them."""
    stated = {row.need("account"): row for row in rows(table, ACCOUNT_COLUMNS)}
    named = [row.need("account") for row in held if row.get("account")]
    found = []
    for account in dict.fromkeys([*stated, *named]):
        row = stated.get(account, Row(account, {}))
        wrapper = row.get("wrapper")
        found.append(
            Account(
                account,
                owner=row.get("owner") or "self",
                wrapper=_wrapper(account) if wrapper is None else Wrapper(wrapper),
                currency=row.get("currency") or "USD",
                fractional=row.get("fractional") != "no",
                commission=row.number("commission") or ZERO,
            )
        )
    return tuple(found)


def _instruments(held: Sequence[Row], listed: Sequence[str]) -> dict[str, Instrument]:
    """Every instrument named anywhere, with what any of its rows says of it."""
    cells: dict[str, dict[str, str]] = {name: {} for name in listed}
    for row in held:
        if row.need("instrument") != "cash":
            cells.setdefault(row.need("instrument"), {}).update(row.cells)
    found = {}
    for name, stated in cells.items():
        row = Row(name, stated)
        found[name] = Instrument(
            name,
            kind=InstrumentKind(row.get("kind") or "etf"),
            currency=row.get("currency") or "USD",
            quantity_step=row.number("step") or Decimal(1),
            tags=frozenset(row.words("tags")),
            identical_group=row.get("group"),
            half_spread=row.number("spread"),
            dividend_yield=row.number("yield") or ZERO,
        )
    return found


def _prices(held: Sequence[Row], day: date) -> dict[str, Price]:
    prices: dict[str, Price] = {}
    for row in held:
        price, name = row.number("price"), row.need("instrument")
        if price is None or name == "cash":
            continue
        if name in prices and prices[name].amount != price:
            raise InputError(
                f"row {row.text!r}", f"gives {name} a second price", f"{prices[name].amount} above"
            )
        prices[name] = Price(name, price, row.get("currency") or "USD", day, "table")
    return prices


def _lots(held: Sequence[Row]) -> tuple[Lot, ...]:
    found: list[Lot] = []
    for row in held:
        if row.get("account") is None or row.get("instrument") == "cash":
            continue
        quantity, basis = _quantity(row), row.get("basis")
        flags = row.words("flags")
        amount = None if basis is None else number(basis.removesuffix("each"), row.text)
        if amount is not None and basis is not None and basis.endswith("each"):
            amount *= quantity
        found.append(
            Lot(
                row.get("lot") or f"L{len(found) + 1}",
                row.need("account"),
                row.need("instrument"),
                quantity,
                amount,
                row.day("acquired"),
                holding_start=row.day("start"),
                reinvested="reinvested" in flags,
                inherited="inherited" in flags,
            )
        )
    return tuple(found)


def _trades(table: str) -> tuple[TradeRecord, ...]:
    found = []
    for row in rows(table, TRADE_COLUMNS):
        on, term = row.day("on"), row.get("term")
        if on is None:
            raise InputError(f"row {row.text!r}", "has no date", remedy="write one under `on`")
        found.append(
            TradeRecord(
                row.need("account"),
                row.need("instrument"),
                Side(row.need("side")),
                on,
                _quantity(row),
                row.number("amount") or ZERO,
                row.number("gain"),
                None if term is None else Term(term),
            )
        )
    return tuple(found)


def band(text: str | None) -> Band:
    """A band as the field writes it: `5/25` (points / % of target), `5%`, `20%rel`, `none`."""
    match (text or "5/25").lower():
        case "none":
            return Band(None, None)
        case pair if "/" in pair:
            points, percent = pair.split("/")
            return Band(number(f"{points}%"), number(f"{percent}%"))
        case relative if relative.endswith("rel"):
            return Band(None, number(relative[:-3]))
        case absolute:
            return Band(number(absolute), None)


def _targets(table: str) -> tuple[Target, ...]:
    found: list[Target] = []
    for row in rows(table, TARGET_COLUMNS):
        name, weight = row.need("target"), row.number("weight")
        if weight is None:
            raise InputError(f"row {row.text!r}", "has no weight", remedy="write it like 60%")
        split = Split(row.get("split") or "first")
        found.append(Target(name, weight, row.words("instruments"), band(row.get("band")), split))
    return tuple(found)


def _rules(table: str) -> tuple[Restriction, ...]:
    return tuple(
        Restriction(
            row.need("clause"),
            RestrictionKind(row.need("kind")),
            row.words("instruments"),
            row.words("tags"),
            row.words("accounts"),
            row.number("minimum"),
            row.number("maximum"),
        )
        for row in rows(table, RULE_COLUMNS)
    )
