"""How much it matters that lots are told apart: one world run both ways.

Invented worlds keep one average basis per instrument, as the policies that are judged in them see
it.  Here rules are tuned and judged in resampled history with each; everything else is the same,
the luck included.

Errors: those of the world's fit.
"""

from dataclasses import replace
from typing import Any

from benchmarks._ai_panel import Panel
from benchmarks._ai_report import WAYS, cases_data, verdict_data
from benchmarks._ai_worlds import AS_FITTED, MORE_FAMILIES, WorldSetting, run
from trimtab.quant.worlds.resampled import fit_resampled

__all__ = ["lots_matter"]


def lots_matter(panel: Panel, setting: WorldSetting, more: MORE_FAMILIES = ()) -> dict[str, Any]:
    """What each policy costs with an average basis and with lots, the cheapest with lots first."""
    once = replace(setting, cost_times=(1.0,))
    found = {
        way: run(
            panel,
            replace(once, lots=way == "lots"),
            more,
            fits=(fit_resampled,),
            changes=(AS_FITTED,),
        ).cases
        for way in WAYS
    }
    cases = {way: cases_data(found[way])[0] for way in WAYS}
    policies = {way: {one["name"]: one for one in cases[way]["policies"]} for way in WAYS}
    rows = [
        {"name": name, "role": one["role"]}
        | {f"{way}_chosen": policies[way][name]["chosen"] for way in WAYS}
        | {
            f"{way}_{part}_bps": policies[way][name][f"{part}_bps"]
            for way in WAYS
            for part in ("total", "tax")
        }
        for name, one in policies["lots"].items()
    ]
    return {
        "world": cases["lots"]["world"],
        "cost_times": cases["lots"]["cost_times"],
        "policies": sorted(rows, key=lambda row: float(row["lots_total_bps"])),
        "standings": {way: verdict_data(found[way])["standings"] for way in WAYS},
    }
