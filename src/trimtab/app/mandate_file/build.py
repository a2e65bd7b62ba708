"""Checked tables become the model's values, and what must hold between them is checked.

Weights sum to one, names are unique and known, every target can be held somewhere.  Broken rules
are collected with the line of the key that breaks them; values are still built where they can be,
so that one mistake does not hide the next.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from trimtab.app.mandate_file.checks import Checked, Table
from trimtab.app.mandate_file.estimating import LEARNED, LEARNED_COST
from trimtab.app.mandate_file.restrictions import menu_restrictions, restrictions_of
from trimtab.app.mandate_file.rules import Rules
from trimtab.app.mandate_file.schedules import schedule_of
from trimtab.app.mandate_file.targets import default_band, target_of, target_rules
from trimtab.app.text_files import Collector
from trimtab.model.accounts import Account, Household, Wrapper
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.mandate import (
    CashFlow,
    CashRules,
    CostRules,
    EstimateRules,
    HarvestRules,
    Liability,
    Limits,
    Mandate,
    ModelRules,
    PlugInChoice,
    RiskRules,
    TradingRules,
    WashSaleRules,
    WithoutHistory,
)
from trimtab.model.taxes import FilingStatus, RealizedGains, ReliefOrder, TaxProfile
from trimtab.model.toml_lines import Path
from trimtab.model.wash_readings import HoldingReading, WashSaleReading

__all__ = ["BuiltMandate", "build"]


@dataclass(frozen=True, slots=True)
class BuiltMandate:
    """What the tables of a mandate file come to."""

    household: Household
    mandate: Mandate
    instruments: Mapping[str, Instrument]
    menus: Mapping[str, frozenset[str]]
    feed: PlugInChoice
    as_of: date | None


def build(checked: Checked, lines: Mapping[Path, int], errors: Collector) -> BuiltMandate:
    """Build the model's values.

    Refuses: nothing by itself; what is wrong is added to `errors`.
    """
    base = checked.one("household").text("base_currency")
    household = _household(checked, base)
    instruments = _instruments(checked, base)
    menus = {
        table.text("id"): frozenset(table.words("can_hold"))
        for table in _whole(checked, "accounts")
        if "can_hold" in table.given
    }
    mandate = _mandate(checked, menus, instruments)
    Rules(checked, household, instruments, mandate, lines, errors).check()
    feed = checked.one("feed")
    return BuiltMandate(
        household,
        mandate,
        instruments,
        menus,
        PlugInChoice(feed.text("kind"), feed.settings),
        checked.one("household").day("as_of"),
    )


def _whole(checked: Checked, section: str) -> Iterable[Table]:
    return (table for table in checked.all(section) if table.whole)


def _household(checked: Checked, base: str) -> Household:
    table = checked.one("household")
    accounts = tuple(
        Account(
            id=row.text("id"),
            owner=row.text("owner"),
            wrapper=Wrapper(row.text("wrapper")),
            currency=row.text("currency") or base,
            fractional=row.flag("fractional"),
            commission=row.decimal("commission"),
            name=row.text("name"),
        )
        for row in _whole(checked, "accounts")
    )
    name = table.text("name")
    return Household(name or "household", accounts, base, name, table.words("not_loaded"))


def _instruments(checked: Checked, base: str) -> dict[str, Instrument]:
    """Declared instruments, and those that a target, substitute, group or menu names."""
    tables = {table.name: table for table in checked.all("instruments")}
    wash = checked.one("wash_sales")
    named = [name for table in checked.all("targets") for name in table.words("instruments")]
    named += [name for others in _substitutes(wash).values() for name in others]
    named += [name for group in wash.groups("groups") for name in group]
    named += [name for table in checked.all("accounts") for name in table.words("can_hold")]
    group_of = {name: group[0] for group in wash.groups("groups") for name in group}
    found: dict[str, Instrument] = {}
    for name in dict.fromkeys([*named, *tables]):
        group = group_of.get(name)
        if name in tables:
            found[name] = _instrument(tables[name], base, group)
        else:
            found[name] = Instrument(id=name, currency=base, identical_group=group)
    return found


def _instrument(table: Table, base: str, group: str | None) -> Instrument:
    return Instrument(
        id=table.name,
        name=table.text("name"),
        kind=InstrumentKind(table.text("kind")),
        currency=table.text("currency") or base,
        quantity_step=table.decimal("quantity_step"),
        tags=frozenset(table.words("tags")),
        identical_group=group or table.text("identical_group") or None,
        half_spread=table.optional_decimal("half_spread"),
        dividend_yield=table.decimal("dividend_yield"),
        qualified_fraction=table.decimal("qualified_fraction"),
    )


def _mandate(
    checked: Checked,
    menus: Mapping[str, frozenset[str]],
    instruments: Mapping[str, Instrument],
) -> Mandate:
    usual_band = default_band(checked.one("bands"))
    trading, harvest, costs = checked.one("trading"), checked.one("harvest"), checked.one("costs")
    limits, policy, wash = checked.one("limits"), checked.one("policy"), checked.one("wash_sales")
    age = limits.whole_number("price_age_days_max")
    days_held = harvest.whole_number("days_held_min")
    return Mandate(
        targets=tuple(target_of(table, usual_band) for table in _whole(checked, "targets")),
        policy=PlugInChoice(policy.text("name"), policy.settings),
        restrictions=restrictions_of(checked) + menu_restrictions(menus, instruments),
        cash=_cash(checked.one("cash")),
        flows=_flows(checked),
        trading=TradingRules(
            trading.decimal("minimum_trade"), trading.decimal("minimum_trade_fraction")
        ),
        costs=CostRules(
            half_spread=costs.decimal("half_spread"),
            impact=costs.decimal("impact"),
            daily_volume=costs.decimal("daily_volume"),
            drift_aversion=costs.decimal("drift_aversion"),
        ),
        risk=RiskRules(WithoutHistory(checked.one("risk").text("without_history"))),
        estimates=_estimates(checked.one("estimates")),
        target_source=target_rules(checked.one("target_source")),
        tax=_tax(checked.one("tax")),
        harvest=HarvestRules(
            enabled=harvest.flag("enabled"),
            minimum_loss=harvest.decimal("minimum_loss"),
            minimum_loss_fraction=harvest.decimal("minimum_loss_fraction"),
            days_held_min=HarvestRules().days_held_min if days_held is None else days_held,
            rising_towards_year_end=harvest.flag("rising_towards_year_end"),
        ),
        wash_sales=_wash_sales(wash),
        limits=Limits(
            turnover_max=limits.optional_decimal("turnover_max"),
            tax_budget=limits.optional_decimal("tax_budget"),
            price_age_days_max=Limits().price_age_days_max if age is None else age,
        ),
        guards=tuple(PlugInChoice(row.name, row.settings) for row in checked.all("guards")),
        approval_above=trading.optional_decimal("approval_above"),
        models=ModelRules(checked.one("models").whole_number("retrain_after_days")),
        liabilities=_liabilities(checked),
        schedule=schedule_of(checked.one("schedule")),
    )


def _cash(table: Table) -> CashRules:
    return CashRules(table.decimal("reserve"), table.decimals("account_reserve"))


def _flows(checked: Checked) -> tuple[CashFlow, ...]:
    return tuple(
        CashFlow(
            amount=row.decimal("amount"),
            due=row.day("due"),
            account=row.text("account") or None,
            clause=f"flows.{row.text('name') or index + 1}",
        )
        for index, row in enumerate(checked.all("flows"))
        if row.whole
    )


def _liabilities(checked: Checked) -> tuple[Liability, ...]:
    return tuple(
        Liability(
            name=row.text("name"),
            amount=row.decimal("amount"),
            due=row.day("due"),
            rate=row.optional_decimal("rate"),
        )
        for row in checked.all("liabilities")
        if row.whole
    )


def _estimates(table: Table) -> EstimateRules:
    """Each chosen estimator with the settings of `[estimates.ITS_NAME]`.

    `cost = "learned:NAME"` is the estimator of learned costs with that model of the registry.
    """

    def chosen(key: str) -> PlugInChoice | None:
        name = table.text(key)
        if key == "cost" and name.startswith(LEARNED):
            own = table.settings.get(LEARNED_COST, {})
            return PlugInChoice(
                LEARNED_COST, {**(own if isinstance(own, Mapping) else {}), "model": name}
            )
        settings = table.settings.get(name, {})
        return (
            PlugInChoice(name, settings if isinstance(settings, Mapping) else {}) if name else None
        )

    sessions = table.whole_number("sessions")
    return EstimateRules(
        covariance=chosen("covariance") or EstimateRules().covariance,
        mean=chosen("mean"),
        state=chosen("state"),
        drift=chosen("drift"),
        trend=chosen("trend"),
        cost=chosen("cost"),
        sessions=EstimateRules().sessions if sessions is None else sessions,
    )


def _wash_sales(wash: Table) -> WashSaleRules:
    return WashSaleRules(
        wash.groups("groups"),
        _substitutes(wash),
        WashSaleReading(
            holding=HoldingReading(wash.text("holding")),
            lots_acquired_earlier=wash.flag("earlier_lots"),
            lots_sold_earlier=wash.flag("sold_earlier"),
            lots_sold_same_day=wash.flag("sold_same_day"),
            workplace_counts=wash.flag("workplace"),
        ),
    )


def _substitutes(wash: Table) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(map(str, others))
        for name, others in wash.mapping("substitutes").items()
        if isinstance(others, tuple)
    }


def _tax(table: Table) -> TaxProfile:
    return TaxProfile(
        regime=table.text("regime"),
        year=table.whole_number("year"),
        filing_status=FilingStatus(table.text("filing_status")),
        ordinary_income=table.optional_decimal("ordinary_income"),
        modified_agi=table.optional_decimal("modified_agi"),
        short_rate=table.optional_decimal("short_rate"),
        long_rate=table.optional_decimal("long_rate"),
        state_rate=table.decimal("state_rate"),
        state_long_rate=table.optional_decimal("state_long_rate"),
        net_investment_income=table.decimal("net_investment_income"),
        qualified_dividends=table.decimal("qualified_dividends"),
        realized=RealizedGains(
            short=table.decimal("realized_short"),
            long=table.decimal("realized_long"),
            carry_short=table.decimal("carry_short"),
            carry_long=table.decimal("carry_long"),
            until=table.day("realized_until"),
        ),
        carry_value=table.decimal("carry_value"),
        relief=ReliefOrder(table.text("relief")),
    )
