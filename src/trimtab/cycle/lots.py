"""Lots as columns: value, gain, term and what may be sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from trimtab.model.lots import Lot, Term
from trimtab.model.mandate import HarvestRules, Mandate
from trimtab.model.snapshots import Snapshot
from trimtab.quant.problem import Flags, Floats, Ints

__all__ = [
    "WASH_SALE_DAYS",
    "HarvestTests",
    "LotColumns",
    "harvest_tests",
    "lot_columns",
    "worth_harvesting",
]

WASH_SALE_DAYS = 30
"""Days on either side of a loss sale in which a purchase washes it (26 USC 1091(a))."""

YEAR_END_MULTIPLES = {10: Decimal("1.25"), 11: Decimal("1.5"), 12: Decimal(2)}
"""Multiples of the harvest thresholds from October on, where they rise towards year-end."""


@dataclass(frozen=True, slots=True)
class LotColumns:
    """The lots in the order of the snapshot; see `HouseholdProblem` for shapes and units."""

    ids: tuple[str, ...]
    position: Ints
    value: Floats
    gain: Floats
    long_term: Flags
    taxable: Flags
    sellable: Flags
    recent: Flags
    harvestable: Flags


@dataclass(frozen=True, slots=True)
class HarvestTests:
    """A loss against the mandate's tests; `words` name the first that it fails."""

    passes_amount: bool
    passes_fraction: bool
    passes_days: bool
    words: str = ""

    @property
    def all_pass(self) -> bool:
        """Whether it passes every one."""
        return self.passes_amount and self.passes_fraction and self.passes_days


def harvest_tests(lot: Lot, value: Decimal, rules: HarvestRules, as_of: date) -> HarvestTests:
    """How a lot's loss stands against the dollar and the percent test and the least holding time.

    Unit: `value` base currency.
    Source: the two-part threshold is Betterment's and Wealthfront's published practice.
    """
    if lot.basis is None or lot.acquired is None:
        return HarvestTests(False, False, False, "its basis or date is unknown")
    rising = rules.rising_towards_year_end
    multiple = YEAR_END_MULTIPLES.get(as_of.month, Decimal(1)) if rising else Decimal(1)
    loss, days = lot.basis - value, (as_of - lot.acquired).days
    least = rules.minimum_loss * multiple
    fraction = rules.minimum_loss_fraction * multiple
    tests = (
        (loss >= least, f"the mandate asks for ${least:,.0f}"),
        (
            loss >= fraction * lot.basis,
            f"the mandate asks for {fraction * 100:.1f} % of its basis of ${lot.basis:,.0f}",
        ),
        (
            days >= rules.days_held_min,
            f"it was bought {days} days ago, the mandate asks for {rules.days_held_min}",
        ),
    )
    failed = next((words for passed, words in tests if not passed), "")
    return HarvestTests(tests[0][0], tests[1][0], tests[2][0], failed)


def worth_harvesting(lot: Lot, value: Decimal, rules: HarvestRules, as_of: date) -> bool:
    """Whether a lot stands at a loss that passes every test of the mandate."""
    at_loss = lot.basis is not None and value < lot.basis
    return rules.enabled and at_loss and harvest_tests(lot, value, rules, as_of).all_pass


def lot_columns(
    snapshot: Snapshot, mandate: Mandate, positions: tuple[tuple[str, str], ...]
) -> LotColumns:
    """Every lot as the solver sees it.

    A lot of unknown basis in a taxable account is not sellable; in a shelter its basis is of no
    concern.
    """
    place = {position: k for k, position in enumerate(positions)}
    as_of = snapshot.as_of
    rows = []
    for lot in snapshot.lots:
        worth = snapshot.lot_value(lot)
        value = float(worth)
        taxable = snapshot.household.account(lot.account).wrapper.is_taxable
        gain = (value - float(lot.basis)) / value if lot.basis is not None and value > 0 else 0.0
        recent = lot.acquired is not None and as_of - lot.acquired <= timedelta(WASH_SALE_DAYS)
        rows.append(
            (
                place[lot.account, lot.instrument],
                value,
                gain if taxable else 0.0,
                lot.term(as_of) is Term.LONG,
                taxable,
                lot.is_known or not taxable,
                recent,
                taxable and worth_harvesting(lot, worth, mandate.harvest, as_of),
            )
        )
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    return LotColumns(
        tuple(lot.id for lot in snapshot.lots),
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.float64),
        np.array(columns[2], dtype=np.float64),
        np.array(columns[3], dtype=np.bool_),
        np.array(columns[4], dtype=np.bool_),
        np.array(columns[5], dtype=np.bool_),
        np.array(columns[6], dtype=np.bool_),
        np.array(columns[7], dtype=np.bool_),
    )
