"""The screen of `trimtab bands`: each class's zone beside the field's bands, and what they cost.

Errors: none.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from trimtab.app.bands.question import Bands, ClassBands
from trimtab.app.bands.sentences import bands_sentences, basis_points, review_words
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, paragraph, percent

__all__ = ["show_bands"]

NOTHING = "–"


def show_bands(bands: Bands) -> None:
    """Print where the household stands, the zone of each class, and what each rule costs."""
    out = console()
    out.print(Text(f"{bands.household}, {bands.as_of}", style="bold"))
    for sentence in bands_sentences(bands):
        paragraph(out, sentence)
    review = review_words(bands.review_days)
    heading(out, f"No-trade zones, reviewed {review}, risk aversion {bands.risk_aversion:g}")
    _classes(out, bands)
    heading(out, "What each rule costs a year, in the long run")
    _rules(out, bands)
    out.print()
    paragraph(
        out,
        "A zone ends where a dollar of trading cost buys less than a dollar of drift cost. Cost: "
        "one way, per dollar traded, with half of the tax that a sale would bring. Simulated: "
        "the same returns for every rule.",
        "dim",
    )
    if bands.source:
        paragraph(out, f"Risk: {bands.source}", "dim")


def _classes(out: Console, bands: Bands) -> None:
    table = plain_table(
        ("Class", "fold"),
        ("Target", "right"),
        ("Now", "right"),
        ("No-trade zone", "right"),
        ("5 %", "right"),
        ("5/25", "right"),
        ("200/175", "right"),
        ("Cost", "right"),
    )
    for one in bands.classes:
        table.add_row(
            Text(one.name),
            percent(one.weight),
            Text(percent(one.actual), style="bold" if one.is_outside else ""),
            span(one.lower, one.upper),
            _band(one, one.five),
            _band(one, one.five_25),
            _band(one, one.two),
            basis_points(one.trading + 0.5 * one.tax) if one.trading or one.tax else NOTHING,
        )
    show_table(out, table)


def span(lower: float, upper: float) -> str:
    """From one weight to another: `54.0–62.4 %`."""
    return f"{max(0.0, lower) * 100:.1f}–{min(1.0, upper) * 100:.1f} %"


def _band(one: ClassBands, width: float | None) -> str:
    return NOTHING if width is None else span(one.weight - width, one.weight + width)


def _rules(out: Console, bands: Bands) -> None:
    table = plain_table(
        ("Rule", "fold"),
        ("Together", "right"),
        ("Trading", "right"),
        ("Drift", "right"),
        ("Turnover", "right"),
        ("Trades a year", "right"),
    )
    for rule in (bands.rules[0], *sorted(bands.rules[1:], key=lambda one: one.total)):
        table.add_row(
            Text(rule.name, style="bold" if rule is bands.rules[0] else ""),
            basis_points(rule.total),
            basis_points(rule.trading),
            basis_points(rule.drift),
            percent(rule.turnover),
            f"{rule.trades:.1f}",
        )
    show_table(out, table)
