"""The harvesting study as text: a table per question, basis points a year."""

from collections.abc import Mapping
from typing import Any

__all__ = ["as_text"]

BASIS_POINTS = 1e4
WIDE = 44
COLUMNS = (
    ("alpha", "tax_alpha"),
    ("liqu.", "tax_alpha_liquidated"),
    ("wealth", "wealth_difference"),
    ("TE", "tracking_error"),
    ("losses", "loss_yield"),
    ("turnov.", "turnover"),
    ("cost", "cost"),
)
HEADINGS = {
    "replications": "Chaudhuri, Burnham and Lo's settings; they found 108, and 82 with wash sales",
    "rolling": "Ten years from 2006 ... 2011, mean; Vanguard: A 38/107/123/136, B 164/264/284/310",
    "long": "What the years do: the same on longer histories, without the wash-sale rule, mean",
    "advised": "With deposits, and for owners without gains elsewhere; Wealthfront: 203",
    "funds": "Eight asset classes with twin funds from 2008; Betterment: 77",
    "varied": "One thing changed at a time",
}


def _row(name: str, figures: Mapping[str, Any]) -> str:
    numbers = "".join(f"{figures[key] * BASIS_POINTS:8.0f}" for _, key in COLUMNS)
    spread = ""
    if "tax_alpha_low" in figures:
        low, high = figures["tax_alpha_low"], figures["tax_alpha_high"]
        spread = f"   {low * BASIS_POINTS:.0f} to {high * BASIS_POINTS:.0f}"
    return f"  {name:{WIDE}}{numbers}{spread}"


def _years(table: Mapping[str, Any]) -> list[str]:
    rows = ["", "By calendar year, from one investment in 2006, monthly, wash sales; percent"]
    rows += [
        f"  {'':6}{'saved':>8}{'losses':>8}{'index':>8}{'disp.':>8}{'turnov.':>8}{'of all':>8}"
    ]
    keys = ("saved", "loss_yield", "index", "dispersion", "turnover", "of_all_losses")
    for year, figures in table.items():
        rows.append(f"  {year:6}" + "".join(f"{100 * figures[key]:8.2f}" for key in keys))
    return rows


def as_text(found: Mapping[str, Any]) -> str:
    """The study for people."""
    data = found["data"]
    excluded = sum(data["excluded"].values())
    rows = [
        f"{data['names']} names, {data['first']} to {data['last']}; on average "
        f"{data['usable_mean']:.0f} of {data['members_mean']:.0f} members of the day are usable, "
        f"{data['usable_first']} at first and {data['usable_last']} at last",
        f"{excluded} names left out for faults, {data['spin_offs']} large distributions taken as "
        f"spin-offs; index {100 * data['index_return']:.2f} % a year",
    ]
    rows += [f"  {count:3} {reason}" for reason, count in data["excluded"].items()]
    for key, heading in HEADINGS.items():
        rows += ["", heading]
        rows += [f"  {'basis points a year':{WIDE}}" + "".join(f"{said:>8}" for said, _ in COLUMNS)]
        rows += [_row(name, figures) for name, figures in found[key].items()]
    rows += _years(found["by_year"])
    speed = found["speed"]
    if speed:
        rows += [
            "",
            f"Speed: {speed['names']} names × {speed['sessions']} sessions, daily harvesting with "
            f"wash sales: {speed['seconds']:.3f} s warm (limit {speed['target_seconds']:.0f}), "
            f"first {speed['first_seconds']:.1f} s, {speed['batch_seconds_each']:.3f} s each of a "
            f"batch; {speed['lots_most']} lots at most; peak memory "
            f"{speed['peak_mebibytes']:.0f} MiB (limit {speed['target_mebibytes']:.0f})",
        ]
    return "\n".join(rows)
