"""What "rebalance to w" trades once trading costs money: four conventions, each somebody's.

Backtests of one rule over the same prices differ by basis points because costs have to come from
somewhere.  Ours is `exact`; the others are those of well-known programs, so that results can be
compared to the cent.  V is the value before the trade, h the dollars held, c the cost per dollar
traded, x the dollars bought (sold where negative); the post-trade holdings are h + x.
`docs/concepts/backtest-conventions.md` works an example through all four.

Errors: none.
"""

from enum import StrEnum

__all__ = ["Convention"]


class Convention(StrEnum):
    """What is traded when a rule goes to weights w."""

    EXACT = "exact"
    """h + x = w·V′ with V′ = V − Σ c·|x|: the weights *after* cost are exactly w.

    With Σ w = 1 no cash is left and none is owed.  Trimtab's own convention.
    """
    CASH = "cash"
    """h + x = w·V, and Σ c·|x| is debited from cash, which may go below zero.

    cvxportfolio's: next time V counts that cash.
    """
    ORDER = "order"
    """x + c·|x| = w·V − h: the outlay of each order, its cost included, is what is missing.

    bt's: each weight misses its target by its own cost, cash is exact.
    """
    SEQUENTIAL = "sequential"
    """h + x = w·V, sales first, purchases from the smallest to the largest while cash lasts.

    vectorbt's (`from_orders`, target percent, shared cash, `call_seq="auto"`): the largest
    purchases are cut to the cash left; of equal ones the last column.
    """
