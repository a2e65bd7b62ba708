"""The evidence as plain data and as text.

Errors: none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks._ai_compare import Case, Tuned
from benchmarks._ai_panel import Panel
from benchmarks._ai_verdict import verdict
from benchmarks._ai_worlds import WorldSetting, WorldsFound

__all__ = ["WAYS", "as_data", "as_text", "cases_data", "tuning_data", "verdict_data"]

BPS = 1e4
WAYS = ("average", "lots")
"""The two ways in which basis is kept."""


def as_data(panel: Panel, setting: WorldSetting, found: WorldsFound) -> dict[str, Any]:
    """Section (b) as plain data; costs in basis points a year."""
    return {
        "panel": panel.name,
        "instruments": list(panel.instruments),
        "setting": asdict(setting),
        "tuning": tuning_data(found.tuned),
        "cases": cases_data(found.cases),
        "verdict": verdict_data(found.cases),
    }


def tuning_data(tuned: Mapping[tuple[str, float], Sequence[Tuned]]) -> list[dict[str, Any]]:
    """Every trial of every tuned family, as plain data."""
    return [
        {
            "world": world,
            "cost_times": times,
            "family": one.family.name,
            "chosen": one.chosen.name,
            "trials_bps": {
                candidate.name: round(cost * BPS, 3)
                for candidate, cost in zip(one.family.candidates, one.costs, strict=False)
            },
        }
        for (world, times), families in tuned.items()
        for one in families
        if one.costs
    ]


def cases_data(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Cases as plain data."""
    return [_case(case) for case in cases]


def verdict_data(cases: Sequence[Case]) -> dict[str, Any]:
    """What the cases make the default, as plain data."""
    found = verdict(cases)
    return {
        "default": found.default,
        "sentence": found.sentence,
        "standings": [
            {
                "challenger": one.challenger,
                "role": one.role,
                "won": one.won,
                "cases": one.cases,
                "worst_low_bps": round(one.worst * BPS, 3),
                "against": one.against,
                "where": one.where,
            }
            for one in found.standings
        ],
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "world": case.world,
        "cost_times": case.cost_times,
        "change": case.change,
        "policies": [
            {
                "name": one.name,
                "role": one.role,
                "chosen": one.chosen,
                "trials": one.trials,
                "total_bps": round(one.total * BPS, 3),
                "trading_bps": round(one.trading * BPS, 3),
                "tax_bps": round(one.tax * BPS, 3),
                "tracking_bps": round(one.tracking * BPS, 3),
                "turnover": round(one.turnover, 5),
                "trades_a_year": round(one.trades, 3),
                "deferred_tax": round(one.deferred, 5),
                "seeds_bps": [round(seed * BPS, 3) for seed in one.seeds],
            }
            for one in case.entries
        ],
        "differences": [
            {
                "challenger": one.challenger,
                "against": one.against,
                "saves_bps": round(one.interval.estimate * BPS, 3),
                "low_bps": round(one.interval.low * BPS, 3),
                "high_bps": round(one.interval.high * BPS, 3),
                "level": round(one.interval.level, 5),
            }
            for one in case.differences
        ],
    }


def as_text(found: dict[str, Any]) -> str:
    """The run for people: a table a case, cheapest first."""
    rows: list[str] = []
    for name, section in found["sections"].items():
        rows.append(f"== {name} ({section['seconds']} s)")
        rows += [_truth_text(row) for row in section.get("rows", ())]
        for case in section.get("cases", ()):
            rows += _case_text(case)
        if "lots" in section:
            rows += _lots_text(section["lots"])
        if "verdict" in section:
            rows += _verdict_text(section["verdict"])
        rows += [f"  not run: {one}" for one in section.get("absent", ())]
    return "\n".join(rows)


def _truth_text(row: dict[str, Any]) -> str:
    return (
        f"  {row['problem']:8}{row['policy']:24}{row['ratio']:9.4f} (± {row['standard_error']:.4f})"
        f" of {row['optimum_bps_year']:.3f} bp, made in {row['made_in_cpu_seconds']:.1f} CPU s"
    )


def _case_text(case: dict[str, Any]) -> list[str]:
    rows = [
        "",
        f"{case['world']}, costs x {case['cost_times']:g}, {case['change']}; basis points a year",
        f"  {'policy':28}{'total':>9}{'trading':>9}{'tax':>9}{'tracking':>9}  chosen",
    ]
    for one in sorted(case["policies"], key=lambda policy: policy["total_bps"]):
        figures = (one[f"{part}_bps"] for part in ("total", "trading", "tax", "tracking"))
        rows.append(
            f"  {one['name']:28}" + "".join(f"{x:9.2f}" for x in figures) + f"  {one['chosen']}"
        )
    for one in case["differences"]:
        if one["low_bps"] <= 0.0:
            rows.append(
                f"  not beaten: {one['against']} by {one['challenger']}: saves "
                f"{one['saves_bps']:.2f} ({one['low_bps']:.2f} to {one['high_bps']:.2f})"
            )
    return rows


def _verdict_text(found: dict[str, Any]) -> list[str]:
    rows = ["", f"Default: {found['default']}.  {found['sentence']}"]
    for one in found["standings"]:
        rows.append(
            f"  {one['challenger']:28} beats every rule in {one['won']} of {one['cases']} cases; "
            f"least certain: {one['worst_low_bps']:.2f} against {one['against']} ({one['where']})"
        )
    return rows


def _lots_text(found: dict[str, Any]) -> list[str]:
    rows = [
        "",
        f"{found['world']}, costs x {found['cost_times']:g}: average basis and lots, basis points",
        f"  {'policy':32}{'average':>9}{'tax':>9}{'lots':>9}{'tax':>9}",
    ]
    for one in found["policies"]:
        figures = (one[f"{way}_{part}_bps"] for way in WAYS for part in ("total", "tax"))
        rows.append(f"  {one['name']:32}" + "".join(f"{x:9.2f}" for x in figures))
    return rows
