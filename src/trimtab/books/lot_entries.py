"""What happens to lots that are held, as balanced journal entries: sales, splits, transfers, ….

Each function reads the books to know units and basis, and returns one entry; `ledger.apply` takes
it.  Errors: `InputError` for lots, units or amounts that are not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from trimtab.books._lot_changes import share_of, taxable_gain
from trimtab.books.entries import exchange
from trimtab.books.ledger import Books, Outside
from trimtab.books.relief import LotUnits
from trimtab.books.wash_values import WashMatch
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, share_out

__all__ = [
    "gift_out",
    "return_of_capital",
    "sell",
    "split",
    "symbol_change",
    "transfer_lot",
    "wash_sale",
]

UNIT = Decimal("1e-9")  # the finest part of a unit that a split leaves


def sell(
    entry_id: str,
    on: date,
    books: Books,
    chosen: Sequence[LotUnits],
    proceeds: Decimal,
    currency: str = "USD",
    base_proceeds: Decimal | None = None,
) -> Entry:
    """A sale of named lots of one account; `proceeds` net of fees, shared out by units.

    `base_proceeds` is their base value where the account's currency is another.
    Refuses: units that are not held, lots of several accounts, a sale before the purchase.
    """
    lots = [_held(entry_id, books, units) for units in chosen]
    _one_account(entry_id, lots)
    base = proceeds if currency == books.base_currency else base_proceeds
    if base is None:
        raise InputError(
            f"entry {entry_id!r}",
            f"it brings {proceeds} {currency} and no base value is given",
            f"gains are in {books.base_currency}",
        )
    legs = [Posting(lots[0].account, currency, proceeds)]
    parts = share_out(base, [units.quantity for units in chosen])
    sold = ZERO
    for lot, units, part in zip(lots, chosen, parts, strict=True):
        if lot.acquired is not None and on < lot.acquired:
            raise InputError(
                f"entry {entry_id!r}, lot {lot.id!r}",
                f"sold on {on}, before it was bought on {lot.acquired}",
            )
        legs += _units_out(lot, units.quantity, Outside.MARKET)
        value = _basis_and_gain(lot, units.quantity, part, books.base_currency)
        legs += value
        sold += ZERO if value else part
    if currency != books.base_currency:
        legs += exchange(currency, -proceeds, books.base_currency, -base)
    if sold:  # what lots without a basis brought is no gain that is known
        legs.append(Posting(Outside.MARKET, books.base_currency, -sold))
    return Entry(entry_id, EntryKind.SELL, on, tuple(legs))


def split(entry_id: str, on: date, books: Books, instrument: str, new: int, old: int) -> Entry:
    """A split of `new` units for every `old`, also a reverse one, over every lot held.

    Fractions stay; where the broker pays cash for them, record their sale next.
    """
    lots = books.lots_of(instrument)
    if new <= 0 or old <= 0 or not lots:
        fact = f"{new} for {old}" if lots else f"no lot of {instrument} is held"
        raise InputError(f"entry {entry_id!r}", f"a split cannot be: {fact}")
    legs = []
    before = after = given = ZERO
    for lot in lots:  # rounded on the running total, so that the whole is exact
        before += lot.quantity
        after = _short((before * new / old).quantize(UNIT, rounding=ROUND_DOWN))
        added = after - given - lot.quantity
        given = after
        legs.append(Posting(lot.account, instrument, added, lot.id))
        legs.append(Posting(Outside.MARKET, instrument, -added))
    return Entry(entry_id, EntryKind.SPLIT, on, tuple(legs), {"ratio": f"{new}:{old}"})


def _short(units: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    return units.quantize(Decimal(1)) if units == units.to_integral_value() else units.normalize()


def transfer_lot(
    entry_id: str,
    on: date,
    books: Books,
    units: LotUnits,
    to_account: str,
    new_lot: str | None = None,
) -> Entry:
    """A lot moved to another account with its basis and dates; a part of it needs an id of its own.

    Refuses: a part without `new_lot`.
    """
    lot = _held(entry_id, books, units)
    if units.quantity == lot.quantity and new_lot is None:
        leaves = Posting(lot.account, lot.instrument, -lot.quantity, lot.id)
        arrives = Posting(to_account, lot.instrument, lot.quantity, lot.id)
        return Entry(entry_id, EntryKind.TRANSFER, on, (leaves, arrives))
    if new_lot is None or new_lot in books.lots:
        raise InputError(
            f"entry {entry_id!r}, lot {lot.id!r}",
            f"{units.quantity} of its {lot.quantity} units move",
            "a part needs a lot id that is free",
            "give new_lot",
        )
    legs = _part_moved(lot, units.quantity, to_account, new_lot, books.base_currency)
    return Entry(entry_id, EntryKind.TRANSFER, on, legs, {"part_of": lot.id})


def gift_out(entry_id: str, on: date, books: Books, chosen: Sequence[LotUnits]) -> Entry:
    """Units given away: they leave with their basis, and nothing is realised."""
    legs: list[Posting] = []
    for units in chosen:
        lot = _held(entry_id, books, units)
        legs += _units_out(lot, units.quantity, Outside.EQUITY)
        if lot.basis is not None:
            share = share_of(lot.basis, units.quantity, lot.quantity)
            legs.append(Posting(lot.account, books.base_currency, -share, lot.id))
            legs.append(Posting(Outside.EQUITY, books.base_currency, share))
    return Entry(entry_id, EntryKind.GIFT_OUT, on, tuple(legs))


def return_of_capital(
    entry_id: str, on: date, books: Books, account: str, instrument: str, amount: Decimal
) -> Entry:
    """A payment that lowers basis by units held; what exceeds a lot's basis is a gain.

    Unit: base currency.
    Source: 26 USC 301(c)(2)-(3).
    """
    lots = books.lots_of(instrument, account)
    if amount <= 0 or not lots:
        fact = f"{amount} is paid" if lots else f"{account} holds no lot of {instrument}"
        raise InputError(f"entry {entry_id!r}", f"capital cannot be returned: {fact}")
    currency = books.base_currency
    legs = [Posting(account, currency, amount)]
    for lot, part in zip(lots, share_out(amount, [lot.quantity for lot in lots]), strict=True):
        if lot.basis is None:
            legs.append(Posting(Outside.MARKET, currency, -part))
            continue
        lowered = min(part, lot.basis)
        legs.append(Posting(account, currency, -lowered, lot.id))
        if part > lowered:
            legs.append(Posting(Outside.GAINS, currency, lowered - part, lot.id))
    details = {"instrument": instrument}
    return Entry(entry_id, EntryKind.RETURN_OF_CAPITAL, on, tuple(legs), details)


def symbol_change(entry_id: str, on: date, books: Books, old: str, new: str) -> Entry:
    """An instrument renamed, or exchanged one for one without tax: lots, basis and dates stay."""
    lots = books.lots_of(old)
    if not lots or old == new:
        raise InputError(f"entry {entry_id!r}", f"no lot of {old} is held that could become {new}")
    legs: list[Posting] = []
    for lot in lots:
        legs += _units_out(lot, lot.quantity, Outside.MARKET)
        legs.append(Posting(lot.account, new, lot.quantity, lot.id))
        legs.append(Posting(Outside.MARKET, new, -lot.quantity))
    return Entry(entry_id, EntryKind.SYMBOL_CHANGE, on, tuple(legs), {"old": old, "new": new})


def wash_sale(
    entry_id: str, on: date, books: Books, match: WashMatch, new_lot: str | None = None
) -> Entry:
    """A loss taken back: off the gains of its sale and, unless permanent, on the replacement.

    The washed units become a lot of their own, because basis and first day set them apart.
    Refuses: a part of a lot without `new_lot`, a lot that was not bought.
    Source: 26 USC 1091(a), (d).
    """
    amount, currency = cents(match.disallowed), books.base_currency
    lost = Posting(Outside.GAINS, currency, -amount, match.loss.lot)
    details = {"loss": match.loss.lot, "sold": str(match.loss.sold)}
    name, sold = match.replacement.lot, match.replacement.sold
    if match.permanent:
        lost_for_good = [lost, Posting(Outside.EXPENSE, currency, amount)]
        details["permanent"] = "yes"
        if sold is None and name in books.lots:  # its units have served, and nothing else changes
            lost_for_good.append(Posting(books.lots[name].account, currency, ZERO, name))
            details |= {"served_by": name, "served_units": f"{match.quantity:f}"}
        return Entry(entry_id, EntryKind.WASH_SALE, on, tuple(lost_for_good), details)
    if sold is not None:
        details["replacement_sold"] = str(sold)
    if sold is not None or name not in books.lots:  # sold since: its own sale bears the loss
        borne = (lost, Posting(Outside.GAINS, currency, amount, name))
        return Entry(entry_id, EntryKind.WASH_SALE, on, borne, details)
    lot = _held(entry_id, books, LotUnits(name, match.quantity))
    if not lot.by_purchase:
        raise InputError(
            f"entry {entry_id!r}, lot {lot.id!r}",
            "it was given or inherited",
            "only what was bought replaces a loss (26 CFR 1.1091-1(f))",
        )
    legs: tuple[Posting, ...] = (lost,)
    if match.quantity < lot.quantity:
        if new_lot is None or new_lot in books.lots:
            raise InputError(
                f"entry {entry_id!r}, lot {lot.id!r}",
                f"{match.quantity} of its {lot.quantity} units are washed",
                "a part needs a lot id that is free",
                "give new_lot",
            )
        legs += _part_moved(lot, match.quantity, lot.account, new_lot, currency)
        details["part_of"], name = lot.id, new_lot
    details["replacement"] = name
    if match.holding_start is not None:
        details["holding_start"] = match.holding_start.isoformat()
    legs += (Posting(lot.account, currency, amount, name),)
    return Entry(entry_id, EntryKind.WASH_SALE, on, legs, details)


def _basis_and_gain(lot: Lot, quantity: Decimal, proceeds: Decimal, currency: str) -> list[Posting]:
    """Basis out and gain taken; nothing where the basis is unknown."""
    if lot.basis is None:
        return []
    basis = share_of(lot.basis, quantity, lot.quantity)
    loss_basis = lot.loss_basis
    if loss_basis is not None:
        loss_basis = share_of(loss_basis, quantity, lot.quantity)
    gain = taxable_gain(proceeds, basis, loss_basis)
    legs = [
        Posting(lot.account, currency, -basis, lot.id),
        Posting(Outside.GAINS, currency, -gain, lot.id),
    ]
    nobodys = basis + gain - proceeds  # the donor's loss, which nobody may deduct
    return [*legs, Posting(Outside.EQUITY, currency, nobodys)] if nobodys else legs


def _held(entry_id: str, books: Books, units: LotUnits) -> Lot:
    """An open lot that holds these units."""
    lot = books.lot(units.lot)
    if not ZERO < units.quantity <= lot.quantity:
        raise InputError(
            f"entry {entry_id!r}, lot {lot.id!r}",
            f"{units.quantity} units are to leave",
            f"it holds {lot.quantity}",
        )
    return lot


def _one_account(entry_id: str, lots: Sequence[Lot]) -> None:
    if len({(lot.account, lot.instrument) for lot in lots}) != 1:
        places = ", ".join(f"{lot.id} ({lot.instrument} in {lot.account})" for lot in lots)
        raise InputError(
            f"entry {entry_id!r}",
            f"its lots are {places or 'none'}",
            "a sale is of one instrument in one account",
        )


def _units_out(lot: Lot, quantity: Decimal, goal: str) -> tuple[Posting, ...]:
    return (
        Posting(lot.account, lot.instrument, -quantity, lot.id),
        Posting(goal, lot.instrument, quantity),
    )


def _part_moved(
    lot: Lot, quantity: Decimal, account: str, new_lot: str, currency: str
) -> tuple[Posting, ...]:
    """Units that become a lot of their own, with their share of the basis."""
    legs = (
        Posting(lot.account, lot.instrument, -quantity, lot.id),
        Posting(account, lot.instrument, quantity, new_lot),
    )
    if lot.basis is None:
        return legs
    share = share_of(lot.basis, quantity, lot.quantity)
    return (
        *legs,
        Posting(lot.account, currency, -share, lot.id),
        Posting(account, currency, share, new_lot),
    )
