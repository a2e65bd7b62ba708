"""Where a household stands: values, targets against bands, money needed, losses, open windows.

The same facts feed the screen and the JSON.  No covariance and no solver: this answers at once.

Errors: a target without value is fine; a household without value shows weights of zero.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.app.household import LoadedHousehold
from trimtab.app.positions import PositionStanding, positions_of
from trimtab.model.accounts import Account
from trimtab.model.findings import Finding
from trimtab.model.lots import Lot, Term, long_term_from
from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Coverage
from trimtab.model.snapshots import Price, Snapshot
from trimtab.model.targets import CurrentTargets
from trimtab.model.wash_readings import WashSaleReading

__all__ = [
    "AccountStanding",
    "LossStanding",
    "Status",
    "TargetStanding",
    "WindowStanding",
    "status_of",
]


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """One account; money in base currency, `weight` a fraction of the household."""

    account: Account
    value: Decimal
    cash: Decimal
    weight: Decimal
    lots: int


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """One target against what is held; fractions of the household, `value` in base currency."""

    name: str
    instruments: tuple[str, ...]
    value: Decimal
    actual: Decimal
    weight: Decimal
    band: Decimal

    @property
    def drift(self) -> Decimal:
        """Actual less wanted weight."""
        return self.actual - self.weight

    @property
    def is_out(self) -> bool:
        """Whether the drift exceeds the band."""
        return abs(self.drift) > self.band

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        if self.is_out:
            return "above its band" if self.drift > 0 else "below its band"
        return "within its band"


@dataclass(frozen=True, slots=True)
class LossStanding:
    """A lot whose loss passes the mandate's thresholds; `loss` positive, base currency."""

    lot: Lot
    value: Decimal
    loss: Decimal
    term: Term | None
    washed_quantity: Decimal

    @property
    def fraction(self) -> Decimal:
        """The loss as a fraction of the basis."""
        basis = self.value + self.loss
        return self.loss / basis if basis else ZERO


@dataclass(frozen=True, slots=True)
class WindowStanding:
    """A wash-sale window that is open: what happened, and what it makes unwise until when."""

    instrument: str
    account: str
    on: date
    quantity: Decimal
    until: date
    bars: str
    loss: Decimal | None = None
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """All that `trimtab status` shows; `current` are the targets where they are re-estimated."""

    as_of: date
    name: str
    base_currency: str
    value: Decimal
    cash: Decimal
    cash_wanted: Decimal
    accounts: tuple[AccountStanding, ...]
    targets: tuple[TargetStanding, ...]
    untargeted: tuple[tuple[str, Decimal], ...]
    flows: tuple[CashFlow, ...]
    losses: tuple[LossStanding, ...]
    near_long_term: tuple[tuple[Lot, Decimal, date], ...]
    windows: tuple[WindowStanding, ...]
    coverage: Coverage
    findings: tuple[Finding, ...]
    positions: tuple[PositionStanding, ...] = ()
    prices: tuple[Price, ...] = ()
    current: CurrentTargets | None = None

    @property
    def drift_total(self) -> Decimal:
        """Half the sum of all drifts, cash and what has no target included."""
        drifts = [abs(target.drift) for target in self.targets]
        drifts += [self.weight(value) for _name, value in self.untargeted]
        drifts.append(abs(self.weight(self.cash) - self.cash_wanted))
        return total(drifts) / 2

    def weight(self, value: Decimal) -> Decimal:
        """A value as a fraction of the household's."""
        return value / self.value if self.value else ZERO


def status_of(loaded: LoadedHousehold, current: CurrentTargets | None = None) -> Status:
    """Where a household stands, against its `current` targets where they are re-estimated.

    Unit: money in base currency, weights fractions of one.
    """
    snapshot, mandate = loaded.snapshot, loaded.mandate
    if current is not None:
        mandate = current.applied_to(mandate)
    value = snapshot.value
    held = _held(snapshot)
    targets = tuple(
        TargetStanding(
            target.name,
            target.instruments,
            worth := total(held.get(name, ZERO) for name in target.instruments),
            worth / value if value else ZERO,
            target.weight,
            target.band.width(target.weight),
        )
        for target in mandate.targets
    )
    targeted = {name for target in mandate.targets for name in target.instruments}
    windows = _windows(snapshot, mandate.wash_sales.reading)
    return Status(
        as_of=snapshot.as_of,
        name=loaded.household.name,
        base_currency=loaded.household.base_currency,
        value=value,
        cash=snapshot.cash_value(),
        cash_wanted=max(ZERO, 1 - total(target.weight for target in mandate.targets)),
        accounts=tuple(_account(snapshot, account) for account in loaded.household.accounts),
        targets=targets,
        untargeted=tuple((name, held[name]) for name in held if name not in targeted),
        flows=tuple(sorted(mandate.flows, key=lambda flow: flow.due or date.min)),
        losses=_losses(loaded, windows),
        near_long_term=_near_long_term(snapshot),
        windows=windows,
        coverage=_coverage(snapshot, len(windows)),
        findings=(*(current.told() if current else ()), *loaded.notes, *loaded.findings),
        positions=positions_of(snapshot),
        prices=tuple(snapshot.prices.values()),
        current=current,
    )


def _held(snapshot: Snapshot) -> dict[str, Decimal]:
    """The value of each instrument over all accounts."""
    held: dict[str, Decimal] = {}
    for lot in snapshot.lots:
        held[lot.instrument] = held.get(lot.instrument, ZERO) + snapshot.lot_value(lot)
    return held


def _account(snapshot: Snapshot, account: Account) -> AccountStanding:
    value, whole = snapshot.account_value(account.id), snapshot.value
    lots = sum(1 for lot in snapshot.lots if lot.account == account.id)
    cash = snapshot.cash_value(account.id)
    return AccountStanding(account, value, cash, value / whole if whole else ZERO, lots)


def _taxable_lots(snapshot: Snapshot) -> list[Lot]:
    return [
        lot for lot in snapshot.lots if snapshot.household.account(lot.account).wrapper.is_taxable
    ]


def _losses(
    loaded: LoadedHousehold, windows: tuple[WindowStanding, ...]
) -> tuple[LossStanding, ...]:
    """Lots whose loss passes the thresholds, the largest first."""
    from trimtab.cycle.lots import worth_harvesting

    snapshot, rules = loaded.snapshot, loaded.mandate.harvest
    found = []
    for lot in _taxable_lots(snapshot):
        value = snapshot.lot_value(lot)
        if lot.basis is None or not worth_harvesting(lot, value, rules, snapshot.as_of):
            continue
        washed = total(
            window.quantity
            for window in windows
            if window.bars == "sale" and _same(snapshot, window.instrument, lot.instrument)
        )
        washed = min(washed, lot.quantity)
        loss = lot.basis - value
        found.append(LossStanding(lot, value, loss, lot.term(snapshot.as_of), washed))
    return tuple(sorted(found, key=lambda standing: -standing.loss))


def _same(snapshot: Snapshot, one: str, other: str) -> bool:
    """Whether two instruments are substantially identical."""
    instruments = snapshot.instruments
    return instruments[one].wash_group == instruments[other].wash_group


def _near_long_term(snapshot: Snapshot) -> tuple[tuple[Lot, Decimal, date], ...]:
    """Short-term gains that become long-term soon: lot, gain, first long-term day."""
    from trimtab.cycle.skipped import NEAR_LONG_TERM_DAYS

    found = []
    for lot in _taxable_lots(snapshot):
        if lot.basis is None or lot.starts is None or lot.term(snapshot.as_of) is not Term.SHORT:
            continue
        gain, first = snapshot.lot_value(lot) - lot.basis, long_term_from(lot.starts)
        if gain > 0 and (first - snapshot.as_of).days <= NEAR_LONG_TERM_DAYS:
            found.append((lot, gain, first))
    return tuple(sorted(found, key=lambda entry: entry[2]))


def _windows(snapshot: Snapshot, reading: WashSaleReading) -> tuple[WindowStanding, ...]:
    """Open wash-sale windows, those that end first first."""
    from trimtab.books.wash_planning import wash_windows
    from trimtab.books.wash_sales import WINDOW

    found: list[WindowStanding] = []
    for window in wash_windows(snapshot, snapshot.as_of, reading).values():
        found += [
            WindowStanding(
                purchase.instrument,
                purchase.account,
                purchase.acquired,
                purchase.quantity,
                purchase.acquired + WINDOW,
                "sale",
                permanent=purchase.permanent,
            )
            for purchase in window.purchases
        ]
        found += [
            WindowStanding(
                loss.instrument,
                loss.account,
                loss.sold,
                loss.quantity,
                loss.until,
                "purchase",
                loss=loss.loss,
            )
            for loss in window.losses
        ]
    return tuple(sorted(found, key=lambda window: (window.until, window.instrument)))


def _coverage(snapshot: Snapshot, matches: int) -> Coverage:
    from trimtab.books.wash_sales import WINDOW

    household = snapshot.household
    return Coverage(
        accounts=tuple(account.id for account in household.accounts),
        not_loaded=household.not_loaded,
        window_from=snapshot.as_of - WINDOW,
        window_to=snapshot.as_of,
        matches=matches,
    )
