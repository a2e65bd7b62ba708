"""The tax year so far: gains realised, what they cost, how much of the budget is used, and what is
carried on.

What the mandate states of the year is what plans are made with; what the journal and `trades.csv`
show of it stands beside it, so that a figure that was not brought along is seen.

Errors: those of the household's journal and of its tax regime.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.api import regime_of
from trimtab.app.journal_folder import FolderJournal
from trimtab.model.harvest import HarvestCandidate
from trimtab.model.lots import Term
from trimtab.model.money import ZERO, total
from trimtab.model.snapshots import Side, TradeRecord
from trimtab.model.taxes import RealizedGains, TaxBill

if TYPE_CHECKING:
    from trimtab.app.household import LoadedHousehold

__all__ = ["RealizedBySource", "TaxYear", "harvest_of", "tax_year"]

MANDATE, COUNTED = "the mandate's [tax]", "the mandate's [tax], and sales since"
JOURNAL = "the journal"
BOOKED_KEPT = 256
"""So many households' journals are remembered."""


@dataclass(frozen=True, slots=True)
class RealizedBySource:
    """The year's net gains as one source has them, in taxable accounts.

    Unit: base currency, signed; `of_unknown_term` are gains whose sale names no term, `unknown`
    sales whose gain nobody knows.
    """

    source: str
    short: Decimal
    long: Decimal
    of_unknown_term: Decimal = ZERO
    sales: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class TaxYear:
    """The year so far.

    Unit: base currency; `budget` is the mandate's for tax on gains, none where it sets none;
    `losses_taken` are realised losses of sales that are known one by one, positive; `bill` is what
    the year's realised gains cost so far, with what is carried into the next year.
    """

    year: int
    realized: RealizedGains
    sources: tuple[RealizedBySource, ...]
    bill: TaxBill
    budget: Decimal | None
    losses_taken: Decimal
    after_plan: TaxBill | None

    @property
    def budget_used(self) -> Decimal | None:
        """The part of the budget that the year's gains use up so far, at least zero."""
        return self.budget_share(self.bill)

    @property
    def unstated(self) -> RealizedBySource | None:
        """What the journal booked of sales, where the mandate states other gains of the year.

        Plans and the bill go by what is stated, so that somebody has to set it right.
        """
        if self.realized.until is not None:  # sales since then are counted without being stated
            return None
        for one in self.sources:
            is_other = (one.short, one.long) != (self.realized.short, self.realized.long)
            if one.source == JOURNAL and one.sales and is_other:
                return one
        return None

    def budget_share(self, bill: TaxBill) -> Decimal | None:
        """The part of the budget that a bill uses up, at least zero; none where none is set."""
        if self.budget is None:
            return None
        used = max(ZERO, bill.tax)
        return used / self.budget if self.budget else Decimal(int(used > 0))


def tax_year(loaded: LoadedHousehold, after_plan: TaxBill | None = None) -> TaxYear:
    """The year of a household's day; `after_plan` is the bill of today's plan, where there is one.

    Refuses: a journal that cannot be read.
    """
    mandate, snapshot = loaded.mandate, loaded.snapshot
    year, stated = mandate.tax.year or snapshot.as_of.year, mandate.tax.realized
    counted = MANDATE if stated.until is None else COUNTED
    sources = [RealizedBySource(counted, stated.short, stated.long)]
    trades = [one for one in snapshot.trades if _counts(loaded, one, year)]
    sources.append(_of_trades(trades))
    journal = _of_journal(loaded, year)
    if journal is not None:
        sources.append(journal)
    bill = regime_of(mandate).assess(mandate.tax, ZERO, ZERO, snapshot.as_of)
    taken = total(-one.gain for one in trades if one.gain is not None and one.gain < 0)
    budget = mandate.limits.tax_budget
    return TaxYear(year, stated, tuple(sources), bill, budget, taken, after_plan)


def harvest_of(loaded: LoadedHousehold) -> tuple[HarvestCandidate, ...]:
    """Every lot at a loss in a taxable account, the largest tax value first."""
    from trimtab.cycle.harvest import harvest_candidates

    mandate, snapshot = loaded.mandate, loaded.snapshot
    curve = regime_of(mandate).curve(mandate.tax, snapshot.as_of)
    return harvest_candidates(snapshot, mandate, curve)


def _counts(loaded: LoadedHousehold, trade: TradeRecord, year: int) -> bool:
    """Whether a trade is a taxed sale of the year."""
    account = loaded.household.account(trade.account)
    return trade.side is Side.SELL and trade.on.year == year and account.wrapper.is_taxable


def _of_trades(trades: Iterable[TradeRecord]) -> RealizedBySource:
    sums = {Term.SHORT: ZERO, Term.LONG: ZERO, None: ZERO}
    sales = unknown = 0
    for one in trades:
        sales += 1
        if one.gain is None:
            unknown += 1
        else:
            sums[one.term] += one.gain
    return RealizedBySource(
        "trades.csv", sums[Term.SHORT], sums[Term.LONG], sums[None], sales, unknown
    )


def _of_journal(loaded: LoadedHousehold, year: int) -> RealizedBySource | None:
    """What the journal's entries realised; none where there is no journal."""
    journal = FolderJournal(loaded.folder)
    if not journal.exists:
        return None
    taxable = frozenset(one.id for one in loaded.household.accounts if one.wrapper.is_taxable)
    return _booked(loaded.folder, journal.end, year, taxable)


@lru_cache(maxsize=BOOKED_KEPT)
def _booked(folder: Path, _end: str, year: int, taxable: frozenset[str]) -> RealizedBySource:
    """The journal's gains of a year; a journal is replayed anew only when its end has moved."""
    books, _ = FolderJournal(folder).books()
    own = [one for one in books.realized if one.account in taxable and one.on.year == year]
    gains = books.gains(year, taxable)
    return RealizedBySource(
        JOURNAL,
        gains.short,
        gains.long,
        total(one.gain for one in own if one.term is None and one.gain is not None),
        len(own),
        sum(one.gain is None for one in own),
    )
