"""One account of the simulator with lots: its wishes, its lots, its tax.

Errors: `InputError` for targets, lots and terms that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.model.taxes import TaxTable
from trimtab.quant.simulate.lot_market import LotMarket
from trimtab.quant.simulate.lots_layout import NO_TRADE, UNLISTED
from trimtab.quant.simulate.tax_rows import table_rows

__all__ = ["AccountTerms", "GivenLot", "HarvestTest", "TermRows"]

Floats = npt.NDArray[np.float64]

SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class GivenLot:
    """A lot that an account starts with; `holding_start` where it is not the day of purchase.

    Unit: `basis` dollars, whole lot.
    """

    instrument: int
    quantity: float
    basis: float
    acquired: date
    holding_start: date | None = None


@dataclass(frozen=True, slots=True)
class HarvestTest:
    """Which losses the mandate thinks worth harvesting: such a loss, left alone because recent
    purchases would wash it, keeps more of the same from being bought.

    Unit: dollars, fraction of basis, days since purchase, as in `HarvestRules`.
    """

    minimum_loss: float = 200.0
    minimum_loss_fraction: float = 0.05
    days_held_min: int = 30


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """One account: what it wants, starts with, and owes.

    Shape: `targets` (N,).
    Unit: `targets` fractions of value, what they leave to one is cash; `cash` and `reserve`
    dollars.  `tax` is the law and the household's other income, the same for every year; `None`
    where nothing is taxed.  `traded` is the day of the last trade before.
    """

    targets: npt.ArrayLike
    cash: float = 0.0
    lots: tuple[GivenLot, ...] = ()
    reserve: float = 0.0
    tax: TaxTable | None = None
    reinvest: bool = False
    traded: date | None = None
    harvest: HarvestTest | None = field(default_factory=HarvestTest)


@dataclass(frozen=True, slots=True)
class TermRows:
    """An account as the kernel reads it."""

    targets: Floats
    row: Floats
    table: Floats
    given: Floats

    @classmethod
    def of(cls, market: LotMarket, account: AccountTerms) -> TermRows:
        """An account's rows for a market.

        Refuses: as `simulate_lots` says.
        """
        targets = np.array(account.targets, dtype=np.float64)
        if targets.shape != (len(market.instruments),):
            fact = f"have shape {targets.shape}"
            raise InputError("targets", fact, f"must be one for each of {len(market.instruments)}")
        if (targets < 0.0).any() or targets.sum() > 1.0 + SUM_TOLERANCE:
            fact = f"add up to {targets.sum():g}, the least of them is {targets.min():g}"
            raise InputError("targets", fact, "must not be negative nor add up to more than 1")
        if not 0.0 <= account.reserve <= account.cash and account.reserve != 0.0:
            fact = f"is {account.cash:,.2f} with a reserve of {account.reserve:,.2f}"
            raise InputError("cash", fact, "must cover the reserve from the start")
        return cls(targets, _account_row(account), _table(account), _given(market, account))


def _account_row(account: AccountTerms) -> Floats:
    test = account.harvest or HarvestTest()
    return np.array(
        [
            account.cash,
            account.reserve,
            float(account.tax is not None),
            float(account.reinvest),
            NO_TRADE if account.traded is None else account.traded.toordinal(),
            float(account.harvest is not None),
            test.minimum_loss,
            test.minimum_loss_fraction,
            test.days_held_min,
        ]
    )


def _table(account: AccountTerms) -> Floats:
    untaxed = TaxTable((), (0.0,), (), (0.0,), graduated=False, carries=False, netting=False)
    return table_rows([account.tax or untaxed])


def _given(market: LotMarket, account: AccountTerms) -> Floats:
    """Lots as columns: instrument, units, basis, day of purchase, start of the holding period."""
    given = np.zeros((5, len(account.lots)))
    for at, lot in enumerate(account.lots):
        start = lot.holding_start or lot.acquired
        given[:, at] = (
            lot.instrument,
            lot.quantity,
            lot.basis,
            lot.acquired.toordinal(),
            start.toordinal(),
        )
        if lot.quantity <= 0.0 or lot.basis < 0.0 or lot.acquired > market.days[0]:
            fact = f"has {lot.quantity:g} units of {lot.acquired}, basis {lot.basis:,.2f}"
            raise InputError(f"lot {at}", fact, f"units above zero, bought by {market.days[0]}")
        if market.world.state[0, lot.instrument] == UNLISTED:
            name = market.instruments[lot.instrument]
            raise InputError(f"lot {at}", f"{name} has no price on or before {market.days[0]}")
    return given
