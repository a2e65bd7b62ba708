"""What a clause of the mandate says, in a sentence, for those who read a trade that cites it.

Errors: none; a clause that the mandate does not spell out is shown by its name.
"""

from decimal import Decimal

from trimtab.model.mandate import Band, Mandate, Restriction, Target

__all__ = ["clause_text"]


def clause_text(mandate: Mandate, clause: str) -> str:
    """The clause in words: `targets.energy` says weight, band and instruments."""
    for target in mandate.targets:
        if target.clause == clause:
            return _target(target)
    for restriction in mandate.restrictions:
        if restriction.clause == clause:
            return _restriction(restriction)
    for flow in mandate.flows:
        if flow.clause == clause:
            side = "needed" if flow.amount < 0 else "coming in"
            by = f" by {flow.due}" if flow.due else ""
            where = f", {flow.account}" if flow.account else ""
            return f"${abs(flow.amount):,.2f} {side}{by}{where}"
    return _section(mandate, clause)


def _section(mandate: Mandate, clause: str) -> str:
    """A clause that is a whole section, or one of its limits."""
    harvest, limits, trading = mandate.harvest, mandate.limits, mandate.trading
    match clause:
        case "harvest":
            return (
                f"take losses of at least ${harvest.minimum_loss:,f} and "
                f"{_percent(harvest.minimum_loss_fraction)} of the basis, "
                f"held {harvest.days_held_min} days or more"
            )
        case "cash" | "cash.reserve":
            return f"keep ${mandate.cash.reserve:,.2f} in cash"
        case "limits.turnover_max" if limits.turnover_max is not None:
            return f"trade at most {_percent(limits.turnover_max)} of everything in one run"
        case "limits.tax_budget" if limits.tax_budget is not None:
            return f"at most ${limits.tax_budget:,.2f} of tax on gains in the year"
        case "trading.minimum_trade":
            return (
                f"no trade below ${trading.minimum_trade:,f} or "
                f"{_percent(trading.minimum_trade_fraction)} of everything, the larger applies"
            )
        case "targets":
            return "hold nothing but what a target names"
        case "flows":
            return "the deposit or withdrawal that was asked for"
        case _:
            return clause


def _target(target: Target) -> str:
    held_in = ", ".join(target.instruments)
    return f"{_percent(target.weight)} in {held_in}; band {_band(target.band, target.weight)}"


def _band(band: Band, weight: Decimal) -> str:
    parts = []
    if band.absolute is not None:
        parts.append(f"{_percent(band.absolute)} of everything")
    if band.relative is not None:
        parts.append(f"{_percent(band.relative)} of the target")
    smaller = ", the smaller" if len(parts) > 1 else ""
    return f"±{_percent(band.width(weight))} ({' or '.join(parts) or 'none'}{smaller})"


def _restriction(restriction: Restriction) -> str:
    what = ", ".join((*restriction.instruments, *(f"tag {tag}" for tag in restriction.tags)))
    words = f"{restriction.kind.value.replace('_', ' ')}: {what}"
    if restriction.minimum is not None:
        words += f", at least {_percent(restriction.minimum)}"
    if restriction.maximum is not None:
        words += f", at most {_percent(restriction.maximum)}"
    if restriction.accounts:
        words += f" in {', '.join(restriction.accounts)}"
    return f"{words} ({restriction.reason})" if restriction.reason else words


def _percent(fraction: Decimal) -> str:
    text = f"{fraction * 100:.2f}".rstrip("0").rstrip(".")
    return f"{text} %"
