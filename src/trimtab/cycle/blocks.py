"""Block orders: one order for several accounts, and what it filled shared out fairly among them.

All accounts of a block get the same average price and pay fees by units; what was not filled is
missed in proportion to what each wanted.  Shares are whole steps by largest remainder, equal
remainders by the order's id, so that nobody chooses who comes first.

Source: SEC no-action letter SMC Capital, Inc. (1995), on aggregated orders: average price, costs
pro rata, a partial fill allocated pro rata by a rule written down before.
Errors: `InputError` for orders that do not belong together; `InvariantError` for executions of more
than was ordered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from trimtab.cycle.orders import Block, OrdersPlanned, Tradable, order_id
from trimtab.model.errors import InputError, must
from trimtab.model.money import ZERO, cents, share_out, total
from trimtab.model.orders import Fill, Order
from trimtab.model.snapshots import Side

__all__ = ["BLOCK", "allocated", "block_of", "in_blocks", "shares_of"]

BLOCK = "block"
"""The trade that a block names in place of one of the plan's."""

PRICE_PLACES = Decimal("1e-12")
"""So fine that quantity × price comes to the cent that was shared out."""


def in_blocks(
    planned: OrdersPlanned,
    lines: Mapping[str, str],
    tradables: Mapping[tuple[str, str], Tradable],
) -> OrdersPlanned:
    """The same orders, those that several accounts have in common put into blocks.

    `lines` names, of each account whose broker takes blocks, the line to it: accounts of one line
    share blocks.  The first account by its name sends for all.
    """
    together: dict[tuple[object, ...], list[Order]] = defaultdict(list)
    for one in planned.slices:
        order = one.order
        if order.account in lines and order.quantity is not None:
            kind = (order.instrument, order.side, order.time_in_force, one.release)
            together[(lines[order.account], *kind)].append(order)
    blocks = []
    for orders in together.values():
        accounts = {one.account for one in orders}
        if len(accounts) < 2 or len(accounts) < len(orders):
            continue  # of one account alone, or with several trades in it
        first = min(accounts)
        parts = tuple(sorted(one.id for one in orders))
        step = tradables[first, orders[0].instrument].instrument.quantity_step
        name = order_id(orders[0].cycle_id, f"{BLOCK} {' '.join(parts)}")
        blocks.append(Block(name, first, parts, step))
    return replace(planned, blocks=tuple(blocks))


def block_of(account: str, wanted: Sequence[Order]) -> Order:
    """One order for all of these, from the account that trades for them.

    Its limit is one that each of them would take.
    Refuses: no orders, and orders of several instruments, sides or times in force, or by amount.
    """
    kinds = {(one.instrument, one.side, one.time_in_force) for one in wanted}
    if len(kinds) != 1:
        fact = f"{len(kinds)} kinds of orders are to be one"
        raise InputError("block", fact, "one instrument, side and time in force")
    if any(one.quantity is None for one in wanted):
        raise InputError("block", "an order in it is by amount", "", "order units")
    first = min(wanted, key=lambda one: one.id)
    limits = [one.limit for one in wanted if one.limit is not None]
    strictest = min if first.side is Side.BUY else max
    told = " ".join(sorted(one.id for one in wanted))
    return replace(
        first,
        id=order_id(first.cycle_id, told),
        account=account,
        quantity=total(_quantity(one) for one in wanted),
        limit=strictest(limits) if limits else None,
        trade=BLOCK,
        part=0,
    )


def shares_of(filled: Decimal, wanted: Sequence[Order], step: Decimal) -> tuple[Decimal, ...]:
    """What each order gets of what was filled, in steps, pro rata by largest remainder.

    Refuses: more than was wanted, with `InvariantError`.
    """
    whole = total(_quantity(one) for one in wanted)
    must(ZERO <= filled <= whole, f"{filled} of {whole} wanted units cannot be filled")
    quotas = [filled * _quantity(one) / whole for one in wanted]
    shares = [(quota / step).to_integral_value(rounding=ROUND_DOWN) * step for quota in quotas]
    left = filled - total(shares)
    for k in sorted(range(len(wanted)), key=lambda k: (shares[k] - quotas[k], wanted[k].id)):
        more = min(step, left, _quantity(wanted[k]) - shares[k])
        shares[k] += more
        left -= more
    must(left == ZERO, f"{left} units of a block are nobody's")
    return tuple(shares)


def allocated(wanted: Sequence[Order], fills: Sequence[Fill], step: Decimal) -> tuple[Fill, ...]:
    """One execution for each account that gets something, at the average price of the block.

    Money and fees add up to those of the block, to the cent.
    """
    filled = total(one.quantity for one in fills)
    if not filled:
        return ()
    shares = shares_of(filled, wanted, step)
    money = share_out(total(cents(one.quantity * one.price) for one in fills), shares)
    fees = share_out(total(one.fee for one in fills), shares)
    last = max(fills, key=lambda one: one.at)
    return tuple(
        replace(
            last,
            execution_id=f"{last.order_id}/{order.id}",
            order_id=order.id,
            quantity=share,
            price=(part / share).quantize(PRICE_PLACES),
            fee=fee,
            account=order.account,
        )
        for order, share, part, fee in zip(wanted, shares, money, fees, strict=True)
        if share
    )


def _quantity(order: Order) -> Decimal:
    return order.quantity or ZERO
