"""What happens in an exact account beside its orders: busts, late fills, splits, dividends, hands.

Each is exact to the unit and the cent, and is listed where the account's own check looks.

Errors: none; what cannot happen does not, and the answer says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from trimtab.model.money import ZERO, cents, step_down
from trimtab.model.orders import Fill, OrderState
from trimtab.model.snapshots import Side
from trimtab.testing.exact_account import FEE_MAX_CENTS, ExactAccount, money_of

__all__ = ["bust", "fill_late", "pay", "split", "trade_by_hand"]

UNITS_BY_HAND_MAX = 20


def bust(account: ExactAccount, at: datetime, *, ended: bool = False) -> bool:
    """Take back the last execution of an order that still stands, if there is one.

    With `ended`, of one that does not: it stays as it ended.
    """
    for standing in reversed(account.orders):
        live = [one for one in standing.fills if not one.busts]
        busted = {one.busts for one in standing.fills}
        if not live or live[-1].execution_id in busted or standing.stands is ended:
            continue
        if live[-1].at < account.opened or not _can_bust(account, live[-1]):
            continue
        account.executions += 1
        name = f"{account.name}-x{account.executions}"
        fill = replace(live[-1], execution_id=name, quantity=ZERO, at=at, fee=ZERO)
        fill = replace(fill, busts=live[-1].execution_id)
        account.settle(live[-1], -1)
        standing.fills.append(fill)
        account.news += [fill, account.report(standing, at)]
        return True
    return False


def _can_bust(account: ExactAccount, fill: Fill) -> bool:
    """Whether what the execution brought is still there to be taken back."""
    if fill.instrument in account.split_today:
        return False
    if fill.side is Side.BUY:
        return fill.quantity <= account.available(fill.instrument)
    return money_of(fill) <= account.spendable


def fill_late(account: ExactAccount, at: datetime) -> bool:
    """Execute a part of an order that was canceled, if one can be: it was too late for that."""
    for standing in reversed(account.orders):
        order = standing.order
        if standing.state is not OrderState.CANCELED or standing.taken_at < account.opened:
            continue
        most = min(int(standing.left), account.most(order.instrument, order.side, order.limit))
        if most < 1 or not account.meets(order):
            continue
        account.execute(standing, Decimal(account.chance.randint(1, most)), at)
        if standing.left:
            standing.state = OrderState.CANCELED
            account.news[-1] = account.report(standing, at)
        return True
    return False


def trade_by_hand(account: ExactAccount, at: datetime) -> Fill | None:
    """Somebody trades at the broker's own screen; none where nothing can be traded."""
    side = account.chance.choice((Side.BUY, Side.SELL))
    names = sorted(account.prices.keys() - account.split_today)
    if not names:
        return None
    name = account.chance.choice(names)
    most = min(account.most(name, side, account.prices[name] + 1), UNITS_BY_HAND_MAX)
    if most < 1:
        return None
    account.executions += 1
    where = (f"{account.name}-x{account.executions}", "", f"hand-{account.executions}", name, side)
    units = Decimal(account.chance.randint(1, most))
    fee = Decimal(account.chance.randint(0, FEE_MAX_CENTS)) / 100
    fill = Fill(*where, units, account.prices[name], at, fee, account.name)
    account.settle(fill, 1)
    account.by_hand.append(fill)
    account.news.append(fill)
    return fill


def pay(account: ExactAccount, name: str, amount: Decimal) -> None:
    """A dividend arrives."""
    account.cash += amount
    account.changes.append((amount, name, ZERO))


def split(
    account: ExactAccount, name: str, new: int, old: int, price: Decimal, at: datetime
) -> Decimal:
    """Turn `old` units into `new`, and answer the fraction that was paid for in cash.

    What stands is canceled, and nothing is traded in it until `open` of the next day.
    """
    held = account.units[name]
    whole = step_down(held * new / old, Decimal(1))
    fraction = held * new / old - whole
    paid = cents(fraction * price)
    account.units[name], account.prices[name] = whole, price
    account.cash += paid
    account.changes.append((paid, name, whole - held))
    account.split_today.add(name)
    for standing in tuple(account.standing()):
        if standing.order.instrument == name:
            account.end(standing, OrderState.CANCELED, at)
    return fraction
