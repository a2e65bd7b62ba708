"""The result in plain words; every number in a sentence is computed from the runs.

The words say what happened and how sure that is.  They never say what to choose: a page of figures
is no adviser.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.evidence.comparison import Comparison, Difference
from trimtab.app.evidence.figures import PolicyFigures
from trimtab.app.report.words import Money, day, percent

__all__ = ["NAME_ENDS", "NAME_STARTS", "chance_words", "plain", "result_sentences", "span_words"]

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
    by_wealth = sorted(comparison.figures, key=lambda one: -one.after_liquidation_end)
    highest, lowest = by_wealth[0], by_wealth[-1]
    count = len(comparison.figures)
    ended = f"{money(highest.after_liquidation_end)} after liquidation tax"
    opening = f"{span_words(first)}, {_named(highest.policy)} ended highest of {count} policies, with {ended}"
    ahead = highest.after_liquidation_end - first.after_liquidation_end
    if highest.policy != first.policy:
        compared = comparison.difference(highest.policy)
        opening += f": {money(ahead)} more than {_named(first.policy)}"
        return (f"{opening}.", *_chance_of(compared), _lowest(lowest, highest, money))
    second = by_wealth[1]
    behind = first.after_liquidation_end - second.after_liquidation_end
    opening += f"; {_named(second.policy)} follows with {money(behind)} less"
    compared = comparison.difference(second.policy)
    return (f"{opening}.", *_chance_of(compared), _lowest(lowest, highest, money))


def _alone(figures: PolicyFigures, money: Money) -> tuple[str, ...]:
    """One policy by itself."""
    began = money(figures.value_start)
    if figures.sessions == 1:
        return (
            f"{span_words(figures)}, {_named(figures.policy)} held {began}: "
            f"{money(figures.after_liquidation_end)} after liquidation tax.",
        )
    put_in = ""
    if figures.flows:
        verb = "paid in" if figures.flows > 0 else "drawn out"
        put_in = f" and {money(abs(figures.flows))} {verb}"
    opening = (
        f"{span_words(figures)}, {_named(figures.policy)} made {money(figures.value_end)} of {began}{put_in}; "
        f"{money(figures.after_liquidation_end)} would be left after liquidation tax."
    )
    told = []
    if figures.after_liquidation_return is not None and figures.time_weighted is not None:
        over = " a year" if figures.is_annual else " over the span"
        told.append(
            f"That is {percent(figures.after_liquidation_return, 2)}{over} after all tax, of "
            f"{percent(figures.time_weighted, 2)} before tax."
        )
    tax, cost = money(figures.taxes.paid), money(figures.costs.total)
    plural = "" if figures.trades == 1 else "s"
    told.append(f"It paid {tax} of tax and {cost} of cost in {figures.trades:,} trade{plural}.")
    return (opening, *told)


def _lowest(lowest: PolicyFigures, highest: PolicyFigures, money: Money) -> str:
    gap = highest.after_liquidation_end - lowest.after_liquidation_end
    return (
        f"{_named(lowest.policy)} ended lowest, {money(gap)} below {_named(highest.policy)}, which is "
        f"{_part(gap, highest.value_start)} of what they began with."
    )


def _part(amount: float, whole: float) -> str:
    return percent(amount / whole) if whole > 0 else "an unknown part"


def _chance_of(difference: Difference | None) -> tuple[str, ...]:
    return (
        ("Whether that is more than chance cannot be said from so few days.",)
        if difference is None
        else (chance_words(difference),)
    )


def chance_words(difference: Difference) -> str:
    """Whether a difference is more than chance, with its interval."""
    is_larger = "is" if difference.is_beyond_chance else "is not"
    low, high = (f"{_signed(end)}" for end in (difference.low, difference.high))
    return (
        f"The difference between {_named(difference.policy)} and {_named(difference.against)} {is_larger} larger "
        f"than chance: with the days drawn again, {_named(difference.policy)} comes to between {low} and "
        f"{high} points a year of {_named(difference.against)}."
    )


def _signed(fraction: float) -> str:
    text = f"{abs(fraction) * 100:.2f}"
    if not text.strip("0."):
        return text
    return f"−{text}" if fraction < 0 else f"+{text}"
