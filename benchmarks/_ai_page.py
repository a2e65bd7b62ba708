"""The evidence as one HTML page with pictures, from the plain data of a run.

Errors: `InputError` where the page cannot be written.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._ai_charts import best_rule, parts_chart, saving, savings_chart, truth_chart
from benchmarks._ai_report import WAYS
from trimtab.app.evidence.page.render import environment
from trimtab.app.evidence.page.tables import Table
from trimtab.app.evidence.page.view import both
from trimtab.app.text_files import write_text

__all__ = ["render", "write_page"]

TEMPLATE = Path(__file__).with_name("_ai_page.html")
AS_FITTED = "as fitted"
LEADING = 12
"""Policies of which the page says what lots change; the JSON has all."""

Data = Mapping[str, Any]


def write_page(path: Path, found: Data) -> None:
    """Write the page; a reader meets the old page or the new one."""
    write_text(path, render(found))


def render(found: Data) -> str:
    """One page that loads nothing from elsewhere."""
    sections = found["sections"]
    template = environment().from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        quick=found["quick"],
        truth=_truth(sections["truth"]) if "truth" in sections else None,
        worlds=_cases("worlds", sections["worlds"]) if "worlds" in sections else None,
        walk=_cases("walk", sections["walk"]) if "walk" in sections else None,
        setting=sections.get("worlds", {}).get("setting"),
        seconds={name: section["seconds"] for name, section in sections.items()},
    )


def _truth(section: Data) -> dict[str, Any]:
    rows = section["rows"]
    body = tuple(
        (
            f"{row['problem']}: {row['policy']}",
            f"{row['optimum_bps_year']:.3f}",
            f"{row['ratio']:.4f}",
            f"{row['standard_error']:.4f}",
            f"{row['made_in_cpu_seconds']:.1f}",
        )
        for row in rows
    )
    heads = ("Problem and policy", "Optimum, bp", "Ratio", "± s.e.", "Made in, CPU s")
    return {
        "chart": both(partial(truth_chart, rows, "truth")),
        "table": Table("Cost over the optimum", heads, body),
    }


def _cases(name: str, section: Data) -> dict[str, Any]:
    """Charts of the cases that are as fitted, and tables of all."""
    cases = section["cases"]
    plain = [case for case in cases if case["change"] == AS_FITTED or name == "walk"]
    challengers = [one["challenger"] for one in section["verdict"]["standings"]]

    def ran(who: str, of: Sequence[Data]) -> list[Data]:
        """The cases in which a challenger was run: a learned one is not trained for all."""
        return [case for case in of if any(one["challenger"] == who for one in case["differences"])]

    return {
        "verdict": section["verdict"],
        "savings": [
            (who, both(partial(savings_chart, ran(who, plain), who, f"{name}-saves-{at}")))
            for at, who in enumerate(challengers)
        ],
        "changes": [(who, _by_change(ran(who, cases), who)) for who in challengers],
        "cases": [
            (
                f"{case['world']}, costs × {case['cost_times']:g}",
                both(partial(parts_chart, case, f"{name}-parts-{at}")),
                _table(case),
            )
            for at, case in enumerate(plain)
        ],
        "tuning": _tuning(section.get("tuning", ())),
        "lots": _lots(section["lots"]) if "lots" in section else None,
    }


def _by_change(cases: Sequence[Data], challenger: str) -> Table:
    """What is saved against the cheapest rule, case by case, with the interval."""
    rows = []
    for case in cases:
        one = saving(case, challenger)
        rows.append(
            (
                f"{case['world']} × {case['cost_times']:g}, {case['change']}",
                best_rule(case)["name"],
                f"{best_rule(case)['total_bps']:.2f}",
                f"{one['saves_bps']:.2f}",
                f"{one['low_bps']:.2f} to {one['high_bps']:.2f}",
            )
        )
    heads = ("Case", "Cheapest rule", "It costs", "Saved", "Interval")
    return Table(
        f"What {challenger} saves against the cheapest rule of each case", heads, tuple(rows)
    )


def _table(case: Data) -> Table:
    """All policies of a case with every seed (or year)."""
    rows = tuple(
        (
            one["name"],
            one["role"],
            one["chosen"],
            *(f"{one[part]:.2f}" for part in ("total_bps", "trading_bps", "tax_bps")),
            f"{one['tracking_bps']:.2f}",
            f"{one['turnover'] * 100:.1f} %",
            f"{one['deferred_tax'] * 100:.1f} %",
            "  ".join(f"{seed:.1f}" for seed in one["seeds_bps"]),
        )
        for one in sorted(case["policies"], key=lambda policy: policy["total_bps"])
    )
    heads = (
        *("Policy", "Kind", "Chosen", "Total", "Trading", "Tax", "Tracking", "Turnover"),
        *("Tax deferred", "Each seed or year"),
    )
    return Table("Basis points a year", heads, rows)


def _lots(found: Data) -> dict[str, Any]:
    """What the leading policies cost with an average basis and with lots."""
    rows = tuple(
        (
            one["name"],
            *(f"{one[f'{way}_{part}_bps']:.2f}" for part in ("total", "tax") for way in WAYS),
            one["lots_chosen"],
        )
        for one in found["policies"][:LEADING]
    )
    heads = ("Policy", "Average basis", "Lots", "Tax, average", "Tax, lots", "Chosen with lots")
    title = f"{found['world']}, costs × {found['cost_times']:g}: basis points a year"
    return {"table": Table(title, heads, rows)}


def _tuning(trials: Sequence[Data]) -> Table:
    rows = tuple(
        (
            f"{one['world']} × {one['cost_times']:g}: {one['family']}",
            one["chosen"],
            "; ".join(f"{name}: {cost:.2f}" for name, cost in one["trials_bps"].items()),
        )
        for one in trials
    )
    heads = ("Family", "Chosen", "Every trial, basis points a year in training")
    return Table("All trials of tuning", heads, rows)
