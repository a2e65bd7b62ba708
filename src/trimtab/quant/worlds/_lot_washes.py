"""Wash sales: a loss waits for what replaces it, which inherits it with its days.

Source: 26 USC 1091, 1223(3).  Errors: none.
"""

from __future__ import annotations

from trimtab.quant.compile import kernel
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._lot_layout import (
    BOUGHT,
    LONG_DAYS,
    LOSS,
    LOSSES_MOST,
    LOST_DAY,
    LOST_EACH,
    LOST_HELD,
    LOST_LONG,
    LOST_UNITS,
    UNITS,
    WASH_DAYS,
    LotRoom,
)
from trimtab.quant.worlds._lot_store import add_lot, may_serve, serve
from trimtab.quant.worlds._lot_years import disallow

__all__ = ["buy", "replacement", "wash_by_earlier"]

DUST = 1e-12
"""Part of what is traded below which nothing is left of it."""


@kernel
def replacement(room: LotRoom, path: int, i: int, bought: float, day: float) -> int:
    """The earliest other purchase that replaces what is sold at a loss today, −1 for none."""
    lots, best = room.lots[path, i], -1
    for k in range(room.filled[path, i]):
        if may_serve(lots[k], day) and lots[k, BOUGHT] != bought:
            if best < 0 or lots[k, BOUGHT] < lots[best, BOUGHT]:
                best = k
    return best


@kernel
def wash_by_earlier(
    room: LotRoom,
    path: int,
    i: int,
    units: float,
    each: float,
    bought: float,
    held: float,
    day: float,
) -> None:
    """Disallow what purchases of the last days replace of a loss; the rest waits for later ones."""
    left, dust, is_long = units, DUST * units, held > LONG_DAYS
    while left > dust:
        k = replacement(room, path, i, bought, day)
        if k < 0:
            break
        served = min(left, room.lots[path, i, k, UNITS])
        serve(room, path, i, k, served, served * each, held, day)
        disallow(room.accounts[path], served * each, is_long)
        left -= served
    if left > dust:
        remember(room, path, i, left, each, held, day)


@kernel
def remember(
    room: LotRoom, path: int, i: int, units: float, each: float, held: float, day: float
) -> None:
    """Keep a loss for the purchases of the coming days.

    Where there is no room, two of the same term become one with the later day.
    """
    losses = room.losses[path, i]
    forget(room, path, i, day)
    if room.waiting[path, i] == LOSSES_MOST:
        a, b = same_term(losses)
        both = losses[a, LOST_UNITS] + losses[b, LOST_UNITS]
        dollars = losses[a, LOST_UNITS] * losses[a, LOST_EACH]
        dollars += losses[b, LOST_UNITS] * losses[b, LOST_EACH]
        losses[a, LOST_UNITS], losses[a, LOST_EACH] = both, dollars / both
        losses[a, LOST_DAY] = max(losses[a, LOST_DAY], losses[b, LOST_DAY])
        losses[a, LOST_HELD] = min(losses[a, LOST_HELD], losses[b, LOST_HELD])
        take_out(room, path, i, b)
    at = room.waiting[path, i]
    losses[at, LOST_UNITS], losses[at, LOST_EACH] = units, each
    losses[at, LOST_DAY], losses[at, LOST_HELD] = day, held
    losses[at, LOST_LONG] = 1.0 if held > LONG_DAYS else 0.0
    room.waiting[path, i] = at + 1


@kernel
def same_term(losses: Floats) -> tuple[int, int]:
    """The first two losses of the same term; of three, two are."""
    for b in range(1, LOSSES_MOST):
        for a in range(b):
            if losses[a, LOST_LONG] == losses[b, LOST_LONG]:
                return a, b
    return 0, 1


@kernel
def forget(room: LotRoom, path: int, i: int, day: float) -> None:
    """Let go of losses that no purchase can wash any more."""
    at = 0
    while at < room.waiting[path, i]:
        loss = room.losses[path, i, at]
        if day - loss[LOST_DAY] > WASH_DAYS or loss[LOST_UNITS] <= 0.0:
            take_out(room, path, i, at)
        else:
            at += 1


@kernel
def take_out(room: LotRoom, path: int, i: int, at: int) -> None:
    """Take a loss out; those after it move up."""
    losses, last = room.losses[path, i], room.waiting[path, i] - 1
    for k in range(at, last):
        for field in range(LOSS):
            losses[k, field] = losses[k + 1, field]
    room.waiting[path, i] = last


@kernel
def buy(room: LotRoom, path: int, i: int, units: float, price: float, day: float) -> None:
    """Buy units; those that replace what was sold at a loss of late inherit that loss."""
    forget(room, path, i, day)
    left, dust = units, DUST * units
    for at in range(room.waiting[path, i]):
        loss = room.losses[path, i, at]
        served = min(left, loss[LOST_UNITS])
        if served > dust:
            lost, held = served * loss[LOST_EACH], loss[LOST_HELD]
            add_lot(room, path, i, served, served * price + lost, day, day - held, 1.0, day)
            disallow(room.accounts[path], lost, loss[LOST_LONG] != 0.0)
            loss[LOST_UNITS] -= served
            left -= served
    if left > dust:
        add_lot(room, path, i, left, left * price, day, day, 0.0, day)
