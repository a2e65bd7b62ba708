"""Recorded prices of real markets: months in seconds, and no fill that the market did not show."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.brokers.paper.paper_parts import SESSIONS, request
from trimtab.brokers.paper.book import PaperOrder, PaperPosition
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.opening import listed, open_book
from trimtab.brokers.paper.sessions import NEW_YORK
from trimtab.brokers.paper.tape import RecordedTape, Tick, tick_of
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.instruments import Instrument
from trimtab.model.money import ZERO, total

D = Decimal
TERMS = PaperTerms(spends_unsettled=True)


def exact(price: float) -> Decimal:
    return D(f"{price:.4f}").normalize() + 0


def engine_of(
    tape: RecordedTape, names: list[str], start: datetime, held: dict[str, int]
) -> PaperEngine:
    positions = [PaperPosition(name, D(units), None) for name, units in held.items()]
    book = open_book("a", start, SESSIONS, tape, D(100_000), positions)
    listing = listed({name: Instrument(name) for name in names}, fractional=True)
    return PaperEngine(book, Rules(TERMS, SESSIONS, listing), tape)


@pytest.fixture(scope="module")
def quotes(shared_dir: Path) -> list[Tick]:
    """Bid and ask of SPY by the minute, a week of October 2013; sizes as they were quoted."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = parquet.read_table(
        shared_dir / "data/intraday/spy_1min_trade_quote_lean.parquet"
    ).to_pylist()
    return [
        Tick(
            "SPY",
            row["ts_et"].replace(tzinfo=NEW_YORK).astimezone(UTC),
            exact(row["bid_close"]),
            exact(row["ask_close"]),
            exact((row["bid_close"] + row["ask_close"]) / 2),
            D(int(row["volume"])) if row["volume"] else None,
        )
        for row in rows
        if row["ts_et"].year == 2013 and row["bid_close"] and row["ask_close"]
    ]


def test_on_quotes_by_the_minute_every_fill_is_at_a_price_that_was_quoted(quotes):
    first, last = quotes[0].at, quotes[-1].at
    engine = engine_of(RecordedTape(quotes), ["SPY"], first, {"SPY": 300})
    at, number = first, 0
    while at < last:
        at += timedelta(minutes=37)
        side, limit = ("buy", "") if number % 2 else ("sell", "168.00" if number % 4 else "")
        engine.submit(request(f"o-{number}", side, "7", limit=limit, instrument="SPY"), at)
        number += 1
    engine.advance(last + timedelta(hours=20))
    by_time = {one.at: one for one in quotes}
    times = sorted(by_time)
    fills = [one.fill for one in engine.book.executions.values()]
    assert len(fills) > 20
    for fill in fills:
        shown = by_time[max(one for one in times if one <= fill.at)]
        assert fill.price == (shown.ask if fill.side == "buy" else shown.bid)
        session = SESSIONS.hours(SESSIONS.day_of(fill.at))
        assert session is not None
        assert session.opens <= fill.at <= session.closes


@pytest.fixture(scope="module")
def a_year(shared_dir: Path) -> RecordedTape:
    """Two funds in 2008 as they were traded, with VTI's split of June and their dividends."""
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(
        shared_dir / "data/etf/etf_daily.parquet",
        columns=["date", "ticker", "open", "close", "volume", "dividend", "cum_split"],
    )
    ticks: list[Tick] = []
    actions: list[CorporateAction] = []
    factors: dict[str, float] = {}
    for row in table.to_pylist():
        name, day, factor = row["ticker"], row["date"], row["cum_split"]
        if name not in ("VTI", "AGG") or day.year not in (2007, 2008):
            continue
        before, factors[name] = factors.get(name, factor), factor
        if factor != before:
            ratio = Fraction(before / factor).limit_denominator(100)
            actions.append(CorporateAction(name, day, ActionKind.SPLIT, ratio=ratio))
        if row["dividend"] > 0:
            amount = exact(row["dividend"] * factor)
            actions.append(CorporateAction(name, day, ActionKind.DIVIDEND, amount=amount))
        session = SESSIONS.hours(day)
        assert session is not None
        volume = D(int(row["volume"] / factor / 2))
        for at, price in ((session.opens, row["open"]), (session.closes, row["close"])):
            ticks.append(tick_of(name, at, exact(price * factor), TERMS.half_spread, volume))
    return RecordedTape(ticks, actions)


def test_a_year_with_a_split_and_dividends_is_played_in_seconds_and_adds_up(a_year):
    start = SESSIONS.after(date(2008, 1, 2), 0).opens - timedelta(minutes=30)
    engine = engine_of(a_year, ["VTI", "AGG"], start, {"VTI": 101, "AGG": 500})
    begun = time.perf_counter()
    for number, session in enumerate(SESSIONS.between(date(2008, 1, 2), date(2008, 12, 30))):
        at = session.opens + timedelta(hours=4)
        side, name = ("buy", "AGG") if number % 2 else ("sell", "VTI" if number % 10 else "AGG")
        asked = request(f"o-{number}", side, "1" if number % 3 else "0.5", instrument=name)
        answer = engine.submit(asked, at)
        assert isinstance(answer, PaperOrder), answer
    engine.advance(at + timedelta(days=1))
    assert time.perf_counter() - begun < 20
    book = engine.book
    split = next(one for one in book.activities if one.kind == "split")
    assert (split.instrument, split.on, split.rate) == ("VTI", date(2008, 6, 18), 2)
    units = {"VTI": D(101), "AGG": D(500)}
    for one in sorted([*book.executions.values(), *book.activities], key=lambda one: one.number):
        if hasattr(one, "fill"):
            sign = 1 if one.fill.side == "buy" else -1
            units[one.fill.instrument] += sign * one.fill.quantity
        elif one.kind != "dividend":
            units[one.instrument] += one.quantity
    assert {name: book.held(name) for name in units} == units
    moved = total(one.amount for one in book.executions.values())
    paid = total(one.amount for one in book.activities)
    assert book.cash == 100_000 + moved + paid
    assert paid > ZERO
    assert len([one for one in book.activities if one.kind == "dividend"]) >= 12
    assert len(book.equity) == 252
