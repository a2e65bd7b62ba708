"""A household of three accounts and its trades, for what a plan is told about wash sales."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from trimtab.books.wash_sales import WashSaleReading
from trimtab.model.accounts import Account, Household, Wrapper
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.lots import Lot
from trimtab.model.snapshots import Side, Snapshot, TradeRecord

TODAY = date(2025, 6, 12)


STANDARD = WashSaleReading()


HOUSEHOLD = Household(
    "h",
    (
        Account("joint", "ann+bob"),
        Account("ira", "bob", Wrapper.TRADITIONAL),
        Account("roth", "ann", Wrapper.ROTH),
    ),
    not_loaded=("bob's 401(k)",),
)


INSTRUMENTS = {
    name: Instrument(name, identical_group=group, kind=kind)
    for name, group, kind in (
        ("VTI", None, InstrumentKind.ETF),
        ("VOO", "S&P 500", InstrumentKind.ETF),
        ("VFIAX", "S&P 500", InstrumentKind.MUTUAL_FUND),
        ("BTC", None, InstrumentKind.CRYPTO),
    )
}


def lot(
    name: str, instrument: str, units: int, basis: int, bought: str, account: str = "joint"
) -> Lot:
    day = date.fromisoformat(bought)
    return Lot(name, account, instrument, Decimal(units), Decimal(basis), day)


def sold(
    instrument: str, units: int, amount: int, gain: int, on: str, lot_id: str | None = None
) -> TradeRecord:
    return TradeRecord(
        "joint",
        instrument,
        Side.SELL,
        date.fromisoformat(on),
        Decimal(units),
        Decimal(amount),
        Decimal(gain),
        lot=lot_id,
    )


def bought(
    instrument: str, units: int, on: str, account: str = "joint", lot_id: str | None = None
) -> TradeRecord:
    day = date.fromisoformat(on)
    amount = Decimal(100 * units)
    return TradeRecord(account, instrument, Side.BUY, day, Decimal(units), amount, lot=lot_id)


def world(lots: Sequence[Lot] = (), trades: Sequence[TradeRecord] = ()) -> Snapshot:
    return Snapshot(TODAY, HOUSEHOLD, INSTRUMENTS, tuple(lots), (), {}, trades=tuple(trades))


OLD = lot("old", "VTI", 10, 1000, "2023-01-03")
