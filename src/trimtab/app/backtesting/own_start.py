"""A backtest that begins with the household's own holdings, and meets its own deposits.

With a journal that reaches back to the first day, the books are what its entries had come to by
then, and the money that came and went later is its entries too.  Without one, `lots.csv` tells:
lots that were held on the first day are held, and what the others cost comes in as money on the day
when they were bought; what was sold since is not known.

Errors: `InputError` where nothing was held and nothing came in, and for an amount given besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from trimtab.app.backtesting.opening import OPENED, Opening, booked
from trimtab.app.backtesting.own_lots import FirstDay, LotsOpened, left_out
from trimtab.app.household import LoadedHousehold
from trimtab.app.journal_folder import FolderJournal, base_currency_of
from trimtab.books.entries import opening_cash
from trimtab.books.ledger import OUTSIDE_PLACES, Books, replay
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.lots import Lot
from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Side, TradeRecord

__all__ = ["OwnHistory", "open_with_own", "own_history"]

JOURNAL_DAYS_MIN = 365
"""From so many days on, a journal's own span is the period where none is named."""
SALES_DAYS = timedelta(days=92)
"""Sales before the first day that wash sales and calendars may still look at."""
MONEY = (EntryKind.DEPOSIT, EntryKind.WITHDRAWAL, EntryKind.TRANSFER)
IN_KIND = (EntryKind.GIFT_IN, EntryKind.GIFT_OUT, EntryKind.INHERITANCE)
Cash = dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class OwnHistory:
    """What the folder knows of the household's past; `entries` are its journal's."""

    loaded: LoadedHousehold
    entries: tuple[Entry, ...]

    @cached_property
    def journal_from(self) -> date | None:
        """The day on which the journal begins, where there is one that moved anything."""
        return min((entry.on for entry in self.entries if entry.postings), default=None)

    @property
    def begins(self) -> date | None:
        """The first day that this past can be told from: a journal's, if it is long enough."""
        since, end = self.journal_from, self.loaded.snapshot.as_of
        if since is not None and (end - since).days >= JOURNAL_DAYS_MIN:
            return since
        lots = self.loaded.snapshot.lots
        return min((lot.acquired for lot in lots if lot.acquired is not None), default=since)

    def is_recorded(self, on: date) -> bool:
        """Whether the journal tells what was held on a day."""
        return self.journal_from is not None and self.journal_from <= on

    def before(self, on: date) -> tuple[Entry, ...]:
        """What had been recorded when a day began; on its first day, what it was opened with."""
        at_latest = on if self.journal_from == on else on - timedelta(days=1)
        return tuple(entry for entry in self.entries if entry.on <= at_latest)

    def books(self, on: date) -> Books:
        """What the journal's entries came to when a day began."""
        return replay(self.before(on), base_currency_of(self.entries))[0]

    def held(self, on: date) -> tuple[str, ...]:
        """Instruments that were held when a day began, as far as the mandate knows them."""
        if not self.is_recorded(on):
            return ()  # the lots of today are asked for anyway
        known = self.loaded.snapshot.instruments
        names = (lot.instrument for lot in self.books(on).lots.values())
        return tuple(dict.fromkeys(name for name in names if name in known))


def own_history(loaded: LoadedHousehold) -> OwnHistory:
    """The household's past as its folder knows it.

    Refuses: a journal that cannot be read.
    """
    journal = FolderJournal(loaded.folder)
    return OwnHistory(loaded, journal.entries() if journal.exists else ())


def open_with_own(
    history: OwnHistory, market: MarketDays, session: int, value: Decimal | None = None
) -> Opening:
    """The household's own holdings on the first session, and its own flows from then on.

    Refuses: a `value`, which its holdings say already, and a past without holdings or deposits.
    """
    if value is not None:
        raise InputError(
            "--value",
            "is given together with the household's own holdings",
            "they say what it was worth",
            "leave one of the two out",
        )
    first = FirstDay(market, session, history.loaded.household.base_currency)
    is_recorded = history.is_recorded(first.on)
    opened = _by_journal(history, first) if is_recorded else _by_lots(history, first)
    if not (opened.books.lots or opened.books.cash or opened.flows):
        raise InputError(
            "household",
            f"it held nothing on {first.on}, and nothing came in later",
            "a backtest begins with something",
            "start later with --from, or begin with --start-from targets --value 100000",
        )
    return opened


def _by_journal(history: OwnHistory, first: FirstDay) -> Opening:
    """The books that the journal's entries had come to when the first day began."""
    books, end = history.books(first.on), history.loaded.snapshot.as_of
    accounts = history.loaded.household.accounts
    ours = {account.id for account in accounts}
    past = {entry.id for entry in history.before(first.on)}
    later = [one for one in history.entries if one.id not in past and one.on <= end]
    opened = _lots_opened(later, first)
    for lot in books.lots.values():
        if lot.account in ours:
            first.hold(opened, first.as_priced(lot, history.entries))
        else:
            fact = f"is in {lot.account}, an account that the mandate does not have"
            opened.findings.append(left_out(f"lot {lot.id}", fact))
    cash = {place: amount for place, amount in books.cash.items() if place[0] in ours}
    for flow in (flow for one in later for flow in _flows_of(one, ours, first.base)):
        opened.flows.append(flow)
    opened.findings += [finding for one in later for finding in _in_kind(one, ours)]
    entries = (*opened.entries, *_cash_entries(cash, opened, first))
    return Opening(
        booked(entries, first.base),
        f"the household's own holdings by its journal, which begins on {history.journal_from}; its "
        f"own deposits and withdrawals since ({len(opened.flows)})",
        tuple(opened.flows),
        tuple(_sales(history.entries, books, first.on)),
        books.gains(first.on.year, {one.id for one in accounts if one.wrapper.is_taxable}),
        True,
        tuple(opened.findings),
    )


def _by_lots(history: OwnHistory, first: FirstDay) -> Opening:
    """The lots of today: held from the start, or bought with money that comes later."""
    snapshot = history.loaded.snapshot
    opened = first.open_lots(snapshot.lots, snapshot.as_of)
    cash = {(one.account, one.currency): one.amount for one in snapshot.cash}
    entries = (*opened.entries, *_cash_entries(cash, opened, first))
    since = history.journal_from
    why = "there is no journal" if since is None else f"the journal begins only on {since}"
    words = (
        f"the lots of today by the days on which they were bought, as {why}: "
        f"{len(opened.entries)} held from the start, {len(opened.flows)} bought later with money "
        "that came in then; what was sold since is not known"
    )
    return Opening(
        booked(entries, first.base),
        words,
        tuple(opened.flows),
        tuple(trade for trade in snapshot.trades if trade.on < first.on),
        findings=tuple(opened.findings),
    )


def _lots_opened(later: Iterable[Entry], first: FirstDay) -> LotsOpened:
    """Lots of accounts that the journal met after the first day, by the days they were bought."""
    opened = LotsOpened()
    for entry in later:
        if entry.kind is EntryKind.OPENING and any(one.lot is not None for one in entry.postings):
            lots: Sequence[Lot] = tuple(replay([entry], first.base)[0].lots.values())
            one = first.open_lots(lots, entry.on)
            opened.entries += one.entries
            opened.flows += one.flows
            opened.findings += one.findings
            opened.without_price += one.without_price
    return opened


def _cash_entries(
    cash: Mapping[tuple[str, str], Decimal], opened: LotsOpened, first: FirstDay
) -> Iterator[Entry]:
    """The cash of the first day, with what lots without a price had cost."""
    sums: Cash = dict(cash)
    for lot in opened.without_price:
        sums[lot.account, first.base] = sums.get((lot.account, first.base), ZERO) + (
            lot.basis or ZERO
        )
    for (account, currency), amount in sums.items():
        if currency != first.base:
            fact = f"is not in the household's {first.base}"
            opened.findings.append(left_out(f"{amount:,.2f} {currency} in {account}", fact))
        elif amount > 0:
            entry_id = f"{OPENED} {account} cash"
            yield opening_cash(entry_id, first.on, account, currency, amount)
        elif amount < 0:
            fact = f"were owed on {first.on}"
            opened.findings.append(left_out(f"{-amount:,.2f} {currency} of {account}", fact))


def _flows_of(entry: Entry, ours: set[str], base: str) -> Iterator[CashFlow]:
    """Money that an entry brings to accounts of the household or takes from them."""
    is_cash = all(posting.lot is None for posting in entry.postings)
    if entry.kind not in MONEY and not (entry.kind is EntryKind.OPENING and is_cash):
        return
    for posting in entry.postings:
        is_money = posting.lot is None and posting.commodity == base
        if is_money and posting.place in ours and posting.amount:
            yield CashFlow(posting.amount, entry.on, posting.place, f"journal {entry.id}")


def _in_kind(entry: Entry, ours: set[str]) -> Iterator[Finding]:
    """A word on lots that came or went as a gift or an inheritance."""
    if entry.kind in IN_KIND:
        lots = {one.lot: None for one in entry.postings if one.lot and one.place in ours}
        fact = f"came or went in kind on {entry.on} ({entry.kind.value.replace('_', ' ')})"
        yield from (left_out(f"lot {lot}", fact) for lot in lots)


def _sales(entries: Sequence[Entry], books: Books, on: date) -> Iterator[TradeRecord]:
    """The sales of the last weeks, lot by lot; what was bought and is held stands in the lots."""
    realized = {(one.entry, one.lot): one for one in books.realized}
    for entry in entries:
        if entry.kind is not EntryKind.SELL or not on - SALES_DAYS <= entry.on < on:
            continue
        legs = [one for one in entry.postings if one.lot and one.place not in OUTSIDE_PLACES]
        basis = {one.lot: -one.amount for one in legs if one.commodity == books.base_currency}
        for leg in legs:
            sale = realized.get((entry.id, str(leg.lot)))
            is_units = leg.commodity != books.base_currency and leg.lot in basis
            if is_units and sale is not None and sale.gain is not None:
                proceeds = basis[leg.lot] + sale.gain
                where = (leg.place, leg.commodity, Side.SELL, entry.on, -leg.amount, proceeds)
                yield TradeRecord(*where, sale.gain, sale.term, leg.lot)
