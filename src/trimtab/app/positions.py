"""What is held, position by position, and which prices a household's figures rest on.

Errors: none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from trimtab.model.lots import Lot
from trimtab.model.money import total
from trimtab.model.snapshots import Price, Snapshot

__all__ = ["PositionStanding", "positions_of", "price_words"]


@dataclass(frozen=True, slots=True)
class PositionStanding:
    """All lots of one instrument in one account, and the price that their value rests on.

    Unit: `value` in base currency.
    """

    account: str
    instrument: str
    quantity: Decimal
    value: Decimal
    price: Price


def positions_of(snapshot: Snapshot) -> tuple[PositionStanding, ...]:
    """Every position, in the order of accounts and of the lots in them."""
    by_account: dict[str, dict[str, list[Lot]]] = {
        account.id: {} for account in snapshot.household.accounts
    }
    for lot in snapshot.lots:
        by_account[lot.account].setdefault(lot.instrument, []).append(lot)
    return tuple(
        PositionStanding(
            account,
            name,
            total(lot.quantity for lot in own),
            total(map(snapshot.lot_value, own)),
            snapshot.prices[name],
        )
        for account, held in by_account.items()
        for name, own in held.items()
    )


def price_words(prices: Iterable[Price]) -> str:
    """How old the prices are and where they come from, in a sentence; nothing without prices."""
    known = sorted(prices, key=lambda price: price.on)
    if not known:
        return ""
    oldest, newest = known[0], known[-1]
    sources = ", ".join(dict.fromkeys(price.source for price in reversed(known) if price.source))
    words = f"Prices of {newest.on} ({sources or 'source not stated'})"
    if oldest.on != newest.on:
        same = [price.instrument for price in known if price.on == oldest.on]
        others = f" and {len(same) - 1} more" if len(same) > 1 else ""
        words += f", oldest {oldest.on} for {same[0]}{others}"
    return f"{words}."
