"""Reconciliation: an account as its broker shows it, held against the books, to the last unit.

Call it with a state that was read before the executions that the books have were asked for, and no
new one among them: then the two must agree.  A state that could not be read whole proves nothing,
neither that they agree nor that what it lacks is not there.

Errors: none; a disagreement is a `Break` with its likely cause, and blocks the account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trimtab.books.ledger import Books
from trimtab.model.breaks import Break, BreakKind, break_id
from trimtab.model.brokers import BrokerState
from trimtab.model.errors import must
from trimtab.model.money import CENT, ZERO

__all__ = ["reconcile"]

SPLIT_TERM_MAX = 50
"""No split gives more than so many units for one, or takes more."""
PRICE_SLACK = Decimal("0.05")
"""How far the price of an outside trade may be from the broker's, for it to be the likely cause."""


def reconcile(books: Books, state: BrokerState, on: date) -> tuple[Break, ...]:
    """Every disagreement about the account's units and cash.

    Refuses: an incomplete state, with `InvariantError`.
    """
    must(state.is_complete, "what an incomplete state lacks is not known to be absent")
    ours, theirs = _ours(books, state.account), _theirs(state)
    units = {
        name: (ours.get(name, ZERO), theirs.get(name, ZERO))
        for name in sorted({*ours, *theirs})
        if ours.get(name, ZERO) != theirs.get(name, ZERO)
    }
    cash = _cash(books, state)
    found = [
        _of_units(state, on, name, *amounts, sum(cash.values(), ZERO))
        for name, amounts in units.items()
    ]
    found += [_of_cash(books, state, on, name, off, bool(units)) for name, off in cash.items()]
    return tuple(found)


def _ours(books: Books, account: str) -> Mapping[str, Decimal]:
    held: dict[str, Decimal] = defaultdict(Decimal)
    for lot in books.lots.values():
        if lot.account == account:
            held[lot.instrument] += lot.quantity
    return held


def _theirs(state: BrokerState) -> Mapping[str, Decimal]:
    held: dict[str, Decimal] = defaultdict(Decimal)
    for position in state.positions:
        held[position.instrument] += position.quantity
    return held


def _cash(books: Books, state: BrokerState) -> Mapping[str, Decimal]:
    """What the broker shows beyond the books, by currency, where it is a cent or more."""
    theirs = {cash.currency: cash.settled + cash.unsettled for cash in state.cash}
    codes = {code for account, code in books.cash if account == state.account} | set(theirs)
    off = {
        code: theirs.get(code, ZERO) - books.cash.get((state.account, code), ZERO)
        for code in sorted(codes)
    }
    return {code: amount for code, amount in off.items() if abs(amount) >= CENT}


def _of_units(
    state: BrokerState, on: date, name: str, ours: Decimal, theirs: Decimal, cash: Decimal
) -> Break:
    kind, cause, remedy = _cause(state, name, ours, theirs, cash)
    return Break(
        id=break_id(kind, state.account, name, ours, theirs, on),
        kind=kind,
        account=state.account,
        instrument=name,
        message=f"{name}: the books hold {ours:f}, the broker shows {theirs:f}; {cause}",
        remedy=remedy,
        facts={"journal": f"{ours:f}", "positions": f"{theirs:f}", "as_of": on.isoformat()},
    )


def _cause(
    state: BrokerState, name: str, ours: Decimal, theirs: Decimal, cash: Decimal
) -> tuple[BreakKind, str, str]:
    """What most likely happened, and what settles it."""
    ratio = _split_ratio(ours, theirs)
    if ratio is not None and abs(cash) < CENT:
        words = f"most likely a split of {ratio.numerator} for {ratio.denominator}"
        return BreakKind.SPLIT, words, "confirm its ratio"
    off = theirs - ours
    price = next((one.price for one in state.positions if one.instrument == name), None)
    paid = -cash
    is_priced = price is None or abs(paid - off * price) <= abs(off * price) * PRICE_SLACK
    if cash and (paid > ZERO) is (off > ZERO) and is_priced:
        side = "purchase" if off > ZERO else "sale"
        words = f"most likely a {side} made elsewhere: cash differs by {cash:,.2f}"
        return BreakKind.QUANTITY, words, "import the trade"
    if abs(cash) < CENT:
        way = "in" if off > ZERO else "out"
        words = f"most likely a transfer {way}: cash agrees"
        return BreakKind.TRANSFER, words, "say where the units came from or went"
    return BreakKind.QUANTITY, "the cause is not plain", "import the broker's transactions"


def _split_ratio(ours: Decimal, theirs: Decimal) -> Fraction | None:
    """The ratio of a split that turns one into the other, if a plain one does."""
    if ours <= ZERO or theirs <= ZERO:
        return None
    ratio = Fraction(theirs) / Fraction(ours)
    large, small = max(ratio.as_integer_ratio()), min(ratio.as_integer_ratio())
    is_plain = small == 1 or (small <= 3 and large <= 5)
    return ratio if is_plain and 1 < large <= SPLIT_TERM_MAX else None


def _of_cash(
    books: Books, state: BrokerState, on: date, currency: str, off: Decimal, with_units: bool
) -> Break:
    ours = books.cash.get((state.account, currency), ZERO)
    if with_units:
        cause = "units differ too"
    elif off > ZERO:
        cause = "most likely a dividend, interest or a deposit"
    else:
        cause = "most likely a fee, a tax or a withdrawal"
    return Break(
        id=break_id(BreakKind.CASH, state.account, currency, ours, off, on),
        kind=BreakKind.CASH,
        account=state.account,
        instrument="CASH",
        message=f"cash in {currency}: the books come to {ours:,.2f}, the broker shows "
        f"{ours + off:,.2f}; {cause}",
        remedy="import the transactions since, or take the broker's",
        facts={"journal": f"{ours:f}", "positions": f"{ours + off:f}", "currency": currency},
    )
