"""Checked tables of a mandate's targets become the model's values.

Errors: none; the tables are checked before.
"""

from trimtab.app.mandate_file.checks import Table
from trimtab.model.choices import PlugInChoice, TargetRules
from trimtab.model.mandate import Band, Split, Target

__all__ = ["default_band", "target_of", "target_rules"]


def default_band(table: Table) -> Band:
    """The band of targets without one; where one limit is given, the other does not apply."""
    if table.given & {"absolute", "relative"}:
        given = table.given
        return Band(
            table.optional_decimal("absolute") if "absolute" in given else None,
            table.optional_decimal("relative") if "relative" in given else None,
        )
    return Band()


def target_of(table: Table, usual: Band) -> Target:
    """One target, with the usual band where it states none."""
    band = usual
    if "band" in table.values:
        limits = table.decimals("band")
        band = Band(limits.get("absolute"), limits.get("relative"))
    return Target(
        name=table.text("name"),
        weight=table.decimal("weight"),
        instruments=table.words("instruments"),
        band=band,
        split=Split(table.text("split")),
    )


def target_rules(table: Table) -> TargetRules | None:
    """Where current targets come from; none where the section is left out."""
    name = table.text("name")
    if not name:
        return None
    source = PlugInChoice(name, table.settings)
    sessions = table.whole_number("review_sessions")
    return TargetRules(
        source=source,
        review_sessions=TargetRules(source).review_sessions if sessions is None else sessions,
        blend=table.decimal("blend"),
        minimum=table.decimals("minimum"),
        maximum=table.decimals("maximum"),
        distance_max=table.optional_decimal("distance_max"),
    )
