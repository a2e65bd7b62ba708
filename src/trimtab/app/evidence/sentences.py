"""The result in plain words; every number in a sentence is computed from the runs.

The words say what happened and how sure that is.  They never say what to choose: a page of figures
is no adviser.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.evidence.comparison import Comparison, Difference
from trimtab.app.evidence.figures import PolicyFigures
from trimtab.app.evidence.harvest import HarvestReport
from trimtab.app.report.words import Money, day, percent

__all__ = [
    "NAME_ENDS",
    "NAME_STARTS",
    "chance_words",
    "harvest_sentences",
    "plain",
    "result_sentences",
    "span_words",
]

NAME_STARTS, NAME_ENDS = "\u2068", "\u2069"
"""Signs around a policy's name (first strong isolate): a page may set it in bold type, and a name
in letters that run the other way leaves the sentence alone."""


def _named(policy: str) -> str:
    return f"{NAME_STARTS}{policy}{NAME_ENDS}"


def plain(sentence: str) -> str:
    """A sentence without the signs around names."""
    return sentence.replace(NAME_STARTS, "").replace(NAME_ENDS, "")


def span_words(figures: PolicyFigures) -> str:
    """The days of a run: years where whole ones are meant, else from day to day."""
    first, last = figures.first, figures.last
    begins_year = (first.month, first.day) <= (1, 5)
    if begins_year and (last.month, last.day) >= (12, 27):
        years = f"{first.year}–{last.year}" if first.year != last.year else f"{first.year}"
        return f"Over {years}"
    if first == last:
        return f"On {day(first)}"
    return f"From {day(first)} to {day(last)}"


def result_sentences(comparison: Comparison, money: Money) -> tuple[str, ...]:
    """What came out: the end of the policies, the distance between them, and how sure it is."""
    first = comparison.first
    if len(comparison.figures) == 1:
        return _alone(first, money)
    ranked = sorted(comparison.figures, key=lambda one: -one.after_liquidation_end)
    highest = ranked[0]
    opening = (
        f"{span_words(first)}, {_named(highest.policy)} ended highest of {len(ranked)} policies, "
        f"with {money(highest.after_liquidation_end)} after liquidation tax"
    )
    other = ranked[1] if highest.policy == first.policy else highest
    gap = money(abs(other.after_liquidation_end - first.after_liquidation_end))
    if other is highest:
        opening += f": {gap} more than {_named(first.policy)}."
    else:
        opening += f"; {_named(other.policy)} follows with {gap} less."
    told = (opening, *_chance(comparison, other.policy))
    if len(ranked) == 2:
        return told
    return *told, _lowest(ranked[-1], highest, money), *_lowest_chance(comparison, ranked[-1])


def _chance(comparison: Comparison, policy: str) -> tuple[str, ...]:
    """How sure a difference is; nothing where nobody asked."""
    if not comparison.drawing.draws:
        return ()
    compared = comparison.difference(policy)
    if compared is None:
        return ("Whether that is more than chance cannot be said from so few days.",)
    return (chance_words(compared),)


def _lowest(lowest: PolicyFigures, highest: PolicyFigures, money: Money) -> str:
    gap = highest.after_liquidation_end - lowest.after_liquidation_end
    words = f"{_named(lowest.policy)} ended lowest, {money(gap)} below {_named(highest.policy)}"
    if highest.value_start <= 0:
        return f"{words}."
    return f"{words}, which is {percent(gap / highest.value_start)} of what they began with."


def _lowest_chance(comparison: Comparison, lowest: PolicyFigures) -> tuple[str, ...]:
    """Whether the lowest is below the first by more than chance; its gap alone says nothing."""
    compared = comparison.difference(lowest.policy) if comparison.drawing.draws else None
    if compared is None:
        return ()
    beyond = "is" if compared.is_beyond_chance else "is not"
    return (
        f"Against {_named(compared.against)} its difference {beyond} larger than chance: its "
        f"yearly return lies between {_distance(compared.low)} and {_distance(compared.high)}.",
    )


def _alone(figures: PolicyFigures, money: Money) -> tuple[str, ...]:
    """One policy by itself."""
    began, left = money(figures.value_start), money(figures.after_liquidation_end)
    opening = f"{span_words(figures)}, {_named(figures.policy)}"
    if figures.sessions == 1:
        return (f"{opening} held {began}: {left} after liquidation tax.",)
    flows = ""
    if figures.flows:
        verb = "paid in" if figures.flows > 0 else "drawn out"
        flows = f" and {money(abs(figures.flows))} {verb}"
    told = [
        f"{opening} turned {began}{flows} into {money(figures.value_end)}; {left} would be left "
        "after liquidation tax."
    ]
    if figures.after_liquidation_return is not None and figures.time_weighted is not None:
        told.append(
            f"That is {percent(figures.after_liquidation_return, 2)} "
            f"{'a year' if figures.is_annual else 'over the span'} after all tax, of "
            f"{percent(figures.time_weighted, 2)} before tax."
        )
    trades = f"{figures.trades:,} trade{'' if figures.trades == 1 else 's'}"
    tax, cost = money(figures.taxes.paid), money(figures.costs.total)
    told.append(f"It paid {tax} of tax and {cost} of cost in {trades}.")
    return tuple(told)


def chance_words(difference: Difference) -> str:
    """Whether a difference is more than chance, with its interval."""
    is_larger = "is" if difference.is_beyond_chance else "is not"
    return (
        f"The difference {is_larger} larger than chance: with the days drawn again, the yearly "
        f"return of {_named(difference.policy)} after all tax lies between "
        f"{_distance(difference.low)} and {_distance(difference.high)} that of "
        f"{_named(difference.against)}."
    )


def _distance(fraction: float) -> str:
    side = "below" if fraction < 0 else "above"
    return f"{abs(fraction) * 100:.2f} points {side}"


def harvest_sentences(report: HarvestReport, money: Money) -> tuple[str, ...]:
    """What harvesting brought: losses, tax, what was left, and how sure that is."""
    first, last = report.dates[0], report.dates[-1]
    harvested, plain_run = _named(report.harvested), _named(report.plain)
    washed = f"; wash sales took {money(report.disallowed)} more" if report.disallowed else ""
    saved = report.tax_saved
    fewer = f"{money(abs(saved))} {'less' if saved >= 0 else 'more'} tax"
    gap = report.harvested_end - report.plain_end
    more = f"{money(abs(gap))} {'more' if gap >= 0 else 'less'} than {plain_run}"
    told = [
        f"From {day(first)} to {day(last)}, {harvested} realised {money(report.kept)} of losses "
        f"that count{washed}, and {fewer} fell due than without harvesting.",
        f"Once everything is sold and taxed, {harvested} leaves {money(report.harvested_end)}, "
        f"{more}.",
        _of_which_tax(report),
    ]
    if report.difference is not None:
        told.append(chance_words(report.difference))
    return tuple(told)


def _of_which_tax(report: HarvestReport) -> str:
    """How much of the wealth difference is tax, and how much is what was held instead."""
    found = report.alphas
    return (
        f"The wealth difference is {_signed_points(found.wealth_difference_liquidated)} points a "
        f"year: {_signed_points(found.tax_alpha_liquidated)} is tax, the tax alpha; "
        f"{_signed_points(found.held_instead_liquidated)} is what was held instead, before tax "
        "another portfolio, less the tax that its gain bears."
    )


def _signed_points(fraction: float) -> str:
    """Points of a percent with their sign, and zero without one."""
    told = f"{fraction * 100:+.2f}".replace("-", "\u2212")
    return told if told.strip("+\u22120.") else "0.00"
