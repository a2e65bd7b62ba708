"""The tax office: what each year owes, when it is paid, and what the next year inherits.

Gains come from the books' realised list, in which a wash sale has already adjusted the year of the
loss; dividends and interest are added as they are paid.  A year stays open until its settlement
day, so that a purchase in January still disallows a loss of December.  The law of one year is
applied to all: the year of the mandate's tax profile.

Errors: those of the regime, for a profile that it cannot use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.books.dividend_periods import held_units
from trimtab.books.dividend_years import DividendTest
from trimtab.drivers.backtest.custodian import PaidDividend
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.results import TaxYearRecord
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Term
from trimtab.model.money import ZERO, cents, total
from trimtab.model.taxes import RealizedGains, TaxBill, TaxProfile, YearIncome
from trimtab.taxes._base import TaxRegime

__all__ = ["TaxDue", "TaxOffice"]


@dataclass(frozen=True, slots=True)
class TaxDue:
    """A payment to the tax office (positive) or from it, by a day, for a tax year."""

    on: date
    amount: Decimal
    year: int
    is_estimate: bool


class TaxOffice:
    """Assesses years as they go."""

    def __init__(
        self,
        holdings: Holdings,
        regime: TaxRegime,
        profile: TaxProfile,
        start: date,
        instruments: Mapping[str, Instrument],
        estimated_payments: bool,
    ) -> None:
        self.holdings, self.regime = holdings, regime
        self.profile = replace(profile, year=profile.year or start.year)
        self.first_year, self.estimates_wanted = start.year, estimated_payments
        self.instruments = instruments
        self.dividends = DividendTest()
        self.gains: dict[tuple[int, Term | None], Decimal] = defaultdict(Decimal)
        self.interest: dict[int, Decimal] = defaultdict(Decimal)
        self.estimated: dict[int, Decimal] = defaultdict(Decimal)
        self.settled: dict[int, tuple[Decimal, date]] = {}
        self.settlement_paid: dict[int, Decimal] = defaultdict(Decimal)
        self.seen_gains, self.seen_entries = len(holdings.ledger.realized), 0
        self._bills: dict[int, tuple[YearIncome, TaxBill]] = {}
        self.planned: list[TaxDue] = []
        self.opened_year = start.year
        self._tax_before = ZERO
        if self.is_taxed:  # refuses at once a profile that no year could be assessed with
            self._tax_before = self._assessed(self.profile, YearIncome(), start.year).tax

    @property
    def is_taxed(self) -> bool:
        """Whether the household has an account whose gains are taxed."""
        return bool(self.holdings.taxable)

    def read_books(self) -> None:
        """Take over what was realised and earned since the last look."""
        realized = self.holdings.ledger.realized
        for one in realized[self.seen_gains :]:
            if one.account in self.holdings.taxable and one.gain is not None:
                self.gains[one.on.year, one.term] += one.gain
        self.seen_gains = len(realized)
        for entry in self.holdings.entries[self.seen_entries :]:
            self._read(entry)
        self.seen_entries = len(self.holdings.entries)

    def _read(self, entry: Entry) -> None:
        """Interest, and what sales, splits and wash sales mean for dividends' holding periods."""
        match entry.kind:
            case EntryKind.INTEREST:
                for posting in entry.postings:
                    if posting.place in self.holdings.taxable:
                        self.interest[entry.on.year] += posting.amount
            case EntryKind.SELL:
                for posting in entry.postings:
                    if posting.lot is not None and posting.commodity in self.instruments:
                        self.dividends.sold(posting.lot, -posting.amount, entry.on)
            case EntryKind.SPLIT:
                new, old = map(int, entry.details["ratio"].split(":"))
                self.dividends.split(entry.postings[0].commodity, new, old)
            case EntryKind.WASH_SALE if "part_of" in entry.details:
                part = entry.details["replacement"]
                for posting in entry.postings:
                    if posting.lot == part and posting.commodity in self.instruments:
                        whole = entry.details["part_of"]
                        self.dividends.divided(whole, part, posting.amount, entry.on)
            case _:
                pass

    def note_dividends(self, paid: Iterable[PaidDividend]) -> None:
        """Dividends of taxable accounts, qualified until their holding period says otherwise."""
        for one in paid:
            if one.account in self.holdings.taxable:
                self.dividends.paid(
                    one.instrument,
                    one.amount,
                    one.on,
                    [held_units(lot) for lot in one.lots],
                    on=one.on,
                    qualified_fraction=self.instruments[one.instrument].qualified_fraction,
                )

    def income(self, year: int) -> YearIncome:
        """The year's income from investments, as far as it is known."""
        return YearIncome(
            short=self.gains[year, Term.SHORT] + self.gains[year, None],
            long=self.gains[year, Term.LONG],
            qualified_dividends=self.dividends.qualified(year),
            ordinary_dividends=self.dividends.ordinary(year),
            interest=self.interest[year],
        )

    def _carried(self, year: int) -> RealizedGains:
        """What a year starts with: the first with what the mandate says, others with losses."""
        if year <= self.first_year:
            return self.profile.realized
        bill = self.bill(year - 1)
        return RealizedGains(carry_short=bill.carry_short, carry_long=bill.carry_long)

    def _assessed(self, profile: TaxProfile, income: YearIncome, year: int) -> TaxBill:
        return self.regime.assess_year(profile, income, date(year, 12, 31))

    def bill(self, year: int) -> TaxBill:
        """The year's bill as far as the year is known; that of a settled year stands."""
        known = self._bills.get(year)
        if known is not None and year in self.settled:
            return known[1]
        if year > self.first_year:
            self.bill(year - 1)  # first, because a change of what it leaves is a change here
            known = self._bills.get(year)
        income = self.income(year)
        if known is None or known[0] != income:
            profile = replace(self.profile, realized=self._carried(year))
            bill = self._assessed(profile, income, year)
            for later in [one for one in self._bills if one > year]:
                del self._bills[later]  # what it inherits has changed
            self._bills[year] = known = (income, bill)
        return known[1]

    def tax(self, year: int) -> Decimal:
        """What the backtest's own income adds to a year's tax: what came before is left out."""
        tax = self.bill(year).tax
        return tax - self._tax_before if year == self.first_year else tax

    def profile_on(self, on: date) -> TaxProfile:
        """The profile that a plan of this day is made with: the year so far, and what it began
        with."""
        carried, income = self._carried(on.year), self.income(on.year)
        realized = replace(
            carried, short=carried.short + income.short, long=carried.long + income.long
        )
        return replace(self.profile, realized=realized).with_yield(income)

    def open_year(self, year: int) -> None:
        """Note when the years before this one are settled; once a year."""
        while self.opened_year < year and self.is_taxed:
            settles = self.regime.settlement_day(self.opened_year)
            self.planned.append(TaxDue(settles, ZERO, self.opened_year, is_estimate=False))
            self.opened_year += 1
            self.dividends.forget(date(self.opened_year, 1, 1))

    def due(self, on: date) -> list[TaxDue]:
        """What falls due up to this day: what is left of a year, and instalments of this one."""
        due: list[TaxDue] = []
        for one in [one for one in self.planned if not one.is_estimate and one.on <= on]:
            due.append(self._settle(one, on))
            self._plan_instalments(one.year + 1)
        due += [one for one in self.planned if one.is_estimate and one.on <= on]
        self.planned = [one for one in self.planned if one.on > on]
        return due

    def _settle(self, due: TaxDue, on: date) -> TaxDue:
        """The rest of a year: its tax less what was paid towards it.  The bill stands from now."""
        rest = cents(self.tax(due.year) - self.estimated[due.year])
        self.settled[due.year] = (rest, on)
        return replace(due, on=on, amount=rest)

    def _plan_instalments(self, year: int) -> None:
        """Instalments go by the year before, whose bill is now known for good."""
        if self.estimates_wanted:
            prior, agi = max(ZERO, self.tax(year - 1)), self.bill(year - 1).modified_agi
            for one in self.regime.instalments(self.profile, year, prior, agi):
                self.planned.append(TaxDue(one.due, one.amount, year, is_estimate=True))

    def was_paid(self, due: TaxDue) -> None:
        """Count a payment that was made, or a refund that arrived."""
        paid = self.estimated if due.is_estimate else self.settlement_paid
        paid[due.year] += due.amount

    def owed_besides(self, year: int) -> Decimal:
        """What is owed and not paid yet, the year's own tax left out and payments towards it not.

        Earlier years that are paid for in full owe nothing; the year of the backtest's start began
        with a bill that is not the backtest's.
        """
        if not self.is_taxed:
            return ZERO
        years = range(self.first_year, year)
        earlier = total(self.tax(one) - self._paid(one) for one in years)
        before = self._tax_before if year == self.first_year else ZERO
        return earlier - before - self._paid(year)

    def _paid(self, year: int) -> Decimal:
        return self.estimated[year] + self.settlement_paid[year]

    def accrued(self, on: date) -> Decimal:
        """What all years so far have cost and not been paid for yet."""
        return self.owed_besides(on.year) + self.bill(on.year).tax if self.is_taxed else ZERO

    def position(self, year: int) -> tuple[float, ...]:
        """A year as it stands: short, long, qualified and ordinary dividends, interest.

        Unit: dollars, losses carried in taken off the gains.
        """
        income, carried = self.income(year), self._carried(year)
        figures = (
            income.short + carried.short - carried.carry_short,
            income.long + carried.long - carried.carry_long,
            income.qualified_dividends,
            income.ordinary_dividends,
            income.interest,
        )
        return tuple(map(float, figures))

    def liquidation(self, on: date, short: float, long: float) -> float:
        """What selling everything would add to this year's tax.

        Unit: `short` and `long` are unrealised gains less losses, dollars.
        """
        if not self.is_taxed:
            return 0.0
        income = self.income(on.year)
        more = replace(
            income,
            short=income.short + cents(Decimal(short)),
            long=income.long + cents(Decimal(long)),
        )
        profile = replace(self.profile, realized=self._carried(on.year))
        return float(self._assessed(profile, more, on.year).tax - self.bill(on.year).tax)

    def records(self, last: date, disallowed: dict[int, Decimal]) -> tuple[TaxYearRecord, ...]:
        """Every year up to the last day, as it stands."""
        if not self.is_taxed:
            return ()
        return tuple(
            self._record(year, disallowed.get(year, ZERO))
            for year in range(self.first_year, last.year + 1)
        )

    def _record(self, year: int, disallowed: Decimal) -> TaxYearRecord:
        income, settled = self.income(year), self.settled.get(year)
        return TaxYearRecord(
            year=year,
            short=income.short,
            long=income.long,
            disallowed=disallowed,
            qualified_dividends=income.qualified_dividends,
            ordinary_dividends=income.ordinary_dividends,
            interest=income.interest,
            bill=self.bill(year),
            estimated=self.estimated[year],
            settled=ZERO if settled is None else settled[0],
            settled_on=None if settled is None else settled[1],
        )
