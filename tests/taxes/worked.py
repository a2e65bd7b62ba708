"""One tax year worked by hand: what is given, the steps, and what comes out."""

from dataclasses import dataclass, field
from decimal import Decimal

from trimtab.model.taxes import FilingStatus, RealizedGains, TaxProfile

D = Decimal
FEW = "50000"
"""A modified AGI far below every threshold, where the investment tax is not the point."""


@dataclass(frozen=True)
class Worked:
    """One year by hand: what is given, the steps, and what comes out."""

    title: str
    steps: str
    tax: str
    income: str | None = "100000"
    agi: str | None = FEW
    short: str = "0"
    long: str = "0"
    year: int = 2025
    status: str = "single"
    done: tuple[str, str] = ("0", "0")
    carried_in: tuple[str, str] = ("0", "0")
    carried_out: tuple[str, str] = ("0", "0")
    deducted: str = "0"
    investment: str = "0"
    dividends: str = "0"
    state: tuple[str, str | None] = ("0", None)
    rates: tuple[str, str] | None = None
    profile: TaxProfile = field(init=False)

    def __post_init__(self) -> None:
        short_rate, long_rate = self.rates or (None, None)
        state_long = self.state[1]
        profile = TaxProfile(
            filing_status=FilingStatus(self.status),
            ordinary_income=None if self.income is None else D(self.income),
            modified_agi=None if self.agi is None else D(self.agi),
            short_rate=None if short_rate is None else D(short_rate),
            long_rate=None if long_rate is None else D(long_rate),
            state_rate=D(self.state[0]),
            state_long_rate=None if state_long is None else D(state_long),
            net_investment_income=D(self.investment),
            qualified_dividends=D(self.dividends),
            realized=RealizedGains(*map(D, self.done), *map(D, self.carried_in)),
        )
        object.__setattr__(self, "profile", profile)
