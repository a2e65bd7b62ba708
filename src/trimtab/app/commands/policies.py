"""`trimtab policies`: the plug-ins that can propose trades, with their settings."""

import click

from trimtab.app.exits import Exit

__all__ = ["policies"]


@click.command()
@click.option("--guards", is_flag=True, help="List guards instead of policies.")
@click.option("--targets", is_flag=True, help="List sources of targets instead of policies.")
@click.option("--feeds", is_flag=True, help="List price feeds instead of policies.")
@click.option("--estimators", is_flag=True, help="List estimators instead of policies.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def policies(guards: bool, targets: bool, feeds: bool, estimators: bool, as_json: bool) -> int:
    """The rules that can propose trades, each with its settings and defaults.

    A setting goes under [policy] in mandate.toml (for guards under [guards.NAME],
    for estimators under [estimates.NAME], for targets under [target_source]).
    """
    from trimtab.app.plug_in_list import plug_ins

    family = "guards" if guards else "targets" if targets else "feeds" if feeds else "policies"
    family = "estimators" if estimators else family
    found = plug_ins(family)
    if as_json:
        from trimtab.app.as_json import print_json

        print_json(
            [
                {
                    "name": item.name,
                    "summary": item.summary,
                    "settings": [
                        {"name": one.name, "kind": one.kind, "default": one.default}
                        for one in item.settings
                    ],
                }
                for item in found
            ]
        )
    else:
        from trimtab.app.screens.plug_in_screen import show_plug_ins

        show_plug_ins(found)
    return Exit.DONE
