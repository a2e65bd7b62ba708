"""`trimtab models`: the learned models of a household, and which of them may decide.

Exit codes: 0 done, 1 a model is refused, or a check found one due, stale or drifting, 2 bad input.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["models"]

model_argument = click.argument("label", metavar="NAME[@VERSION]")
reason_option = click.option(
    "--reason", metavar="TEXT", default="", help="Why, for the log; it is asked for otherwise."
)


@click.group()
def models() -> None:
    """Learned models: list, show, promote, retire, check, retrain.

    A model is trained with `trimtab train`, which proposes it. A person promotes it, and only then
    `--policy learned:NAME` uses it.
    """


@models.command("list")
@folder_argument
@json_option
def list_models(folder: Path, as_json: bool) -> int:
    """Every version of every model of the household in DIR, and where it stands.

    Exits with 1 where a version that is not retired is refused: altered, unsigned, or made by
    another Trimtab.
    """
    from trimtab.app.models.listing import listed
    from trimtab.app.models.registry import registry_of

    found = listed(registry_of(folder))
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.models.as_json import line_json

        print_json({"schema": 1, "models": [line_json(line) for line in found]})
    else:
        from trimtab.app.screens.models_screen import show_list

        show_list(found, str(folder))
    return Exit.FINDINGS if any(line.needs_attention for line in found) else Exit.DONE


@models.command()
@model_argument
@folder_argument
@json_option
def show(label: str, folder: Path, as_json: bool) -> int:
    """The card of a model: purpose, data, seeds, evidence, limits, hashes, who let it in.

    Exits with 1 where its files are not those that were registered.
    """
    from trimtab.app.models.listing import problem_of
    from trimtab.app.models.registry import labelled, registry_of
    from trimtab.app.screens.models_screen import tell_problem

    registry = registry_of(folder)
    manifest = labelled(registry, label)
    acts = tuple(act for act in registry.log() if act.digest == manifest.digest)
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.models.as_json import manifest_json

        print_json(manifest_json(manifest, registry.status(manifest), acts))
    else:
        from trimtab.app.screens.models_screen import show_model

        show_model(manifest, registry.status(manifest), acts)
    problem = problem_of(registry, manifest)
    if problem is not None:
        tell_problem(problem)
    return Exit.DONE if problem is None else Exit.FINDINGS


@models.command()
@model_argument
@folder_argument
@reason_option
@click.option("--yes", is_flag=True, help="Do not ask; for scripts that a person answers for.")
@click.option(
    "--despite-evidence", is_flag=True, help="Although it is not shown to beat the rule."
)  # fmt: skip
def promote(label: str, folder: Path, reason: str, yes: bool, despite_evidence: bool) -> int:
    """Let a model decide where `learned:NAME` is asked for; its predecessor is retired.

    This is an act of a person: it shows the evidence, asks, and is recorded with name, time and
    reason in a log that is only ever added to.
    """
    from trimtab.app.models.registry import labelled, promote, registry_of, this_person
    from trimtab.app.screens.models_screen import show_evidence

    registry = registry_of(folder)
    manifest = labelled(registry, label)
    show_evidence(manifest)
    reason = _confirmed(f"Promote {manifest.label}?", reason, yes)
    for act in promote(registry, manifest, this_person(), reason, despite_evidence):
        click.echo(f"{act.name}@{act.version} is {act.status.value}.")
    return Exit.DONE


@models.command()
@model_argument
@folder_argument
@reason_option
@click.option("--yes", is_flag=True, help="Do not ask; for scripts that a person answers for.")
def retire(label: str, folder: Path, reason: str, yes: bool) -> int:
    """Let a model decide no more: the rule decides in its place."""
    from trimtab.app.models.registry import labelled, registry_of, retire, this_person

    registry = registry_of(folder)
    manifest = labelled(registry, label)
    reason = _confirmed(f"Retire {manifest.label}?", reason, yes)
    retire(registry, manifest, this_person(), reason)
    click.echo(f"{manifest.label} is retired; the rule decides where it was asked for.")
    return Exit.DONE


@models.command()
@folder_argument
@as_of_option
@json_option
def check(folder: Path, as_of: date | None, as_json: bool) -> int:
    """Which models are due for training, stale, drifting or unusable; made for a schedule.

    It changes nothing: `trimtab train` proposes a successor, and a person promotes it. Exits with
    1 where a model that runs needs attention.
    """
    from trimtab.app.models.listing import checked

    found = checked(folder, as_of)
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.models.as_json import health_json

        print_json({"schema": 1, "models": [health_json(one) for one in found]})
    else:
        from trimtab.app.screens.models_screen import show_health

        show_health(found, str(folder))
    return Exit.FINDINGS if any(one.needs_attention for one in found) else Exit.DONE


@models.command()
@folder_argument
@click.option("--due", is_flag=True, help="Only those that are due, stale or drifting.")
@as_of_option
@json_option
def retrain(folder: Path, due: bool, as_of: date | None, as_json: bool) -> int:
    """Train the models that run anew, by their own recipes, and propose what comes of it.

    Made for a schedule, with --due: a model whose age is past [models] retrain_after_days, or that
    is drifting, is trained on the data of today; one whose successor waits for a person is left
    alone. Nothing is ever promoted here. A training that fails leaves the models as they were and
    exits with 1.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.models.outcomes import Became
    from trimtab.app.models.registry import registry_of, this_person
    from trimtab.app.models.retraining import retrain
    from trimtab.app.screens.models_screen import show_retrained, tell_retraining
    from trimtab.app.solver_start import start_solver

    registry = registry_of(folder)
    loaded = load_folder(folder, as_of)
    if registry.names():
        start_solver()
    found = retrain(loaded, registry, this_person(), due, tell_retraining)
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.models.as_json import outcome_json

        print_json({"schema": 1, "models": [outcome_json(one) for one in found]})
    else:
        show_retrained(found, str(folder), due)
    has_failed = any(one.became is Became.FAILED for one in found)
    return Exit.FINDINGS if has_failed else Exit.DONE


def _confirmed(question: str, reason: str, is_sure: bool) -> str:
    """The reason of an act that a person has confirmed.

    Refuses: nobody to ask, as an abort or a wrong use of the command.
    """
    if not is_sure and not sys.stdin.isatty():
        raise click.UsageError(
            f"{question} This is for a person to answer, and there is no terminal to ask at; "
            "add --yes and a --reason where you answer for it."
        )
    if not is_sure:
        click.confirm(question, abort=True)
    if not reason.strip() and is_sure:
        raise click.UsageError("the log wants a --reason.")
    return reason.strip() or str(click.prompt("Why, for the log")).strip()
