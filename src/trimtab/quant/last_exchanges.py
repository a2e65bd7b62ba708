"""The last exchanges: what can still be gained once the discrete limits have had their say.

Tickets, least trades, whole shares and budgets are each met by steps that look at one of them, so
that together they may leave an answer that stops short, or none but doing nothing.  From the best
answer one position of an account is sold in part and another bought with the money, with tickets
paid, sizes allowed and budgets kept, as long as that gains; every plan on the way is considered.
"""

import math

from trimtab.quant.answer import consider
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.curves import build_curves, set_rates
from trimtab.quant.exchange import FLAT
from trimtab.quant.figures import (
    CONVEX_GAP,
    LOWER_BOUND,
    NO_ANSWER,
    NO_TRADE,
    OBJECTIVE,
    STATUS,
)
from trimtab.quant.layout import (
    BUY,
    CASH,
    DOWN_FACTOR,
    DOWN_LINEAR,
    FIXED,
    HELD,
    HIGH,
    INSTRUMENT,
    KAPPA,
    LEAST_GAIN,
    LOW,
    NOBODY,
    PRICE_BUY,
    PRICE_SELL,
    PRICE_TAX,
    RATE_LONG,
    RATE_SHORT,
    RESERVE,
    SHARE,
    TAX_MAX,
    TURNOVER_MAX,
    UP_FACTOR,
    UP_LINEAR,
    VALUE,
    YES,
    Floats,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import cash_use, refresh, restart, trade_for_cash
from trimtab.quant.share_budgets import turnover_room, within_budgets
from trimtab.quant.share_steps import CLOSE, allowed, change_cost, payment, set_size
from trimtab.quant.shares import pay_tickets
from trimtab.quant.trades import free_modes, least_trade

__all__ = ["leaves_doubt", "take_exchanges"]

DOUBT = 1e-5  # of value: a gap that a last look cannot be worth
TURNS = 3  # sizes that are tried: the lot curve rises on the way to the minimum
SHORTER = 0.4  # each, than the one before
CASH_LEFT = 1e-7  # dollars


@inlined
def leaves_doubt(h: Household, figures: Floats) -> bool:
    """Whether the answer is to do nothing, or was cut down to budgets, with a gap left open."""
    if figures[STATUS] == NO_ANSWER:
        return False
    if figures[OBJECTIVE] - figures[LOWER_BOUND] <= DOUBT * h.scalar[VALUE]:
        return False
    budgets = h.scalar[TURNOVER_MAX] < math.inf or h.scalar[TAX_MAX] < math.inf
    return budgets or figures[STATUS] == NO_TRADE


@kernel
def sized(h: Household, w: Work, p: int, wanted: float) -> float:
    """The allowed trade next to `wanted` on the way there, or the least trade, or the one at hand.

    A purchase is not turned into a sale, nor a sale into a purchase.
    """
    z = w.node[p, Z]
    wanted = min(max(wanted, w.node[p, LOW]), w.node[p, HIGH])
    if z * wanted < 0.0:
        wanted = 0.0
    share = h.position[p, SHARE]
    trial = wanted
    if share > 0.0 and abs(wanted + h.position[p, HELD]) >= CLOSE:  # else sold out
        if wanted < z:
            trial = min(math.ceil(wanted / share - 1e-9) * share, z)
        else:
            trial = max(math.floor(wanted / share + 1e-9) * share, z)
    if not allowed(h, w, p, trial):
        least = least_trade(h, p)
        if share > 0.0:
            least = math.ceil(least / share - 1e-9) * share
        trial = math.copysign(least, wanted)
    return trial if allowed(h, w, p, trial) else z


@kernel
def bought_with(h: Household, w: Work, q: int, wanted: float, money: float) -> float:
    """The trade up to `wanted` that the money pays, ticket included; the one at hand for none."""
    z = w.node[q, Z]
    left = money - CASH_LEFT
    if z == 0.0:
        left -= h.position[q, FIXED]
    if left <= 0.0:
        return z
    most = trade_for_cash(h.position, q, z, cash_use(h.position, q, z) + left)
    trial = sized(h, w, q, min(wanted, most))
    return trial if payment(h, q, trial) - payment(h, q, z) <= money else z


@inlined
def step_between(h: Household, w: Work, p: int, q: int, buy_room: float, sell_room: float) -> float:
    """Dollars from one position to another until prices agree; none where the first is dearer.

    Either may be −1 for cash.
    """
    down = up = out = into = 0.0
    i = j = 0
    curvature = 0.0
    most = h.scalar[VALUE]
    if p >= 0:
        i = h.place[p, INSTRUMENT]
        out = w.quote[p, DOWN_FACTOR]
        down = (w.gradient[i] + w.quote[p, DOWN_LINEAR]) * out
        curvature += out * out * h.covariance[i, i]
        most = min(most, max(sell_room, w.node[p, Z]))
    if q >= 0:
        j = h.place[q, INSTRUMENT]
        into = w.quote[q, UP_FACTOR]
        up = (w.gradient[j] + w.quote[q, UP_LINEAR]) * into
        curvature += into * into * h.covariance[j, j] - 2.0 * out * into * h.covariance[i, j]
        most = min(most, max(buy_room, -w.node[q, Z]))
    curvature *= h.scalar[KAPPA] / h.scalar[VALUE]
    if down - up <= 0.0 or curvature <= FLAT:
        return most if down > up else 0.0
    return min(most, (down - up) / curvature)


@kernel
def exchanged(
    h: Household, w: Work, p: int, q: int, step: float, slack: float
) -> tuple[float, float, float]:
    """What moving a step's dollars gains, rounded to allowed trades, and both trades after it.

    Nothing where either cannot be traded so.
    """
    buy_room, sell_room = turnover_room(h, w)
    gain = sale = purchase = 0.0
    money = slack
    if p >= 0:
        before = w.node[p, Z]
        sale = sized(h, w, p, before - step * w.quote[p, DOWN_FACTOR])
        if sale >= before or not within_budgets(h, w, p, sale, buy_room, sell_room):
            return 0.0, 0.0, 0.0
        gain -= change_cost(h, w, p, sale)
        money += payment(h, p, before) - payment(h, p, sale)
    if q < 0:
        return (gain if money >= 0.0 else 0.0), sale, 0.0
    before = w.node[q, Z]
    purchase = bought_with(h, w, q, before + step * w.quote[q, UP_FACTOR], money)
    if purchase <= before or not within_budgets(h, w, q, purchase, buy_room, sell_room):
        return 0.0, 0.0, 0.0
    gain -= change_cost(h, w, q, purchase)
    if p >= 0:
        cross = h.covariance[h.place[p, INSTRUMENT], h.place[q, INSTRUMENT]]
        cross *= (sale - w.node[p, Z]) * (purchase - before)
        gain -= h.scalar[KAPPA] / h.scalar[VALUE] * cross
    return gain, sale, purchase


@kernel
def best_exchange(h: Household, w: Work) -> tuple[int, float, int, float]:
    """The exchange that gains most: what is sold and what is bought, each with its trade after it.

    Either is −1 where money is kept, or was there; both are where nothing gains enough.
    """
    buy_room, sell_room = turnover_room(h, w)
    most = w.effort[LEAST_GAIN]
    giver, given, taker, taken = NOBODY, 0.0, NOBODY, 0.0
    for a in range(h.accounts):
        slack = w.purse[a, CASH] - h.account[a, RESERVE]
        first, last = h.account_start[a], h.account_start[a + 1]
        for out in range(first - 1, last):
            p = out if out >= first else NOBODY
            for into in range(first - 1, last):
                q = into if into >= first else NOBODY
                if p == q:
                    continue
                step = step_between(h, w, p, q, buy_room, sell_room)
                for turn in range(TURNS if step > 0.0 else 0):
                    part = step * SHORTER**turn
                    gain, sale, purchase = exchanged(h, w, p, q, part, slack)
                    if gain > most:
                        most = gain
                        giver, given, taker, taken = p, sale, q, purchase
    return giver, given, taker, taken


@inlined
def exchange_all(h: Household, w: Work, figures: Floats) -> None:
    """Exchange from the trades at hand as long as that gains, and consider each plan."""
    set_rates(h, w, w.price[RATE_SHORT], w.price[RATE_LONG])
    build_curves(h, w)
    restart(h, w)
    pay_tickets(h, w)
    for _ in range(h.positions):
        giver, given, taker, taken = best_exchange(h, w)
        if giver < 0 and taker < 0:
            return
        if giver >= 0:
            set_size(h, w, giver, given)
            refresh(h, w, giver)
        if taker >= 0:
            set_size(h, w, taker, taken)
            refresh(h, w, taker)
        consider(h, w, figures, figures[CONVEX_GAP], YES)


@kernel
def take_exchanges(h: Household, w: Work, figures: Floats) -> None:
    """Exchange from the best answer, and then from no trade with nothing sold at a loss.

    A budget that the best answer uses up may be worth more elsewhere.
    """
    w.price[PRICE_BUY] = w.price[PRICE_SELL] = w.price[PRICE_TAX] = 0.0
    idle = figures[STATUS] == NO_TRADE
    for start in range(2):
        free_modes(h, w)
        for p in range(h.positions):
            w.node[p, Z] = w.best_z[p, 0] if start == 0 else 0.0
        for group in range(h.groups):
            if start == 1:
                w.side[group] = BUY
            elif not idle:  # else the sides are those that were found last
                w.side[group] = w.best_side[group]
        exchange_all(h, w, figures)
