"""`trimtab train [cost] [DIR]`: learn a no-trade zone or trading costs, and propose a model."""

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, json_option
from trimtab.app.exits import Exit

__all__ = ["train"]

COST = "cost"
FILLS_NAME = "fills.csv"


@click.command()
@click.argument("words", nargs=-1, metavar="[cost] [DIR]")
@click.option("--name", metavar="NAME", help="What to call the model; else band, or costs.")
@click.option(
    "--fills", type=click.Path(path_type=Path), metavar="FILE",
    help="For cost: the CSV file of fills; fills.csv in DIR where left out.",
)  # fmt: skip
@click.option(
    "--seeds", default=5, show_default=True, metavar="N", type=click.IntRange(1, 100),
    help="How many trainings; the one that costs least in validation is kept.",
)  # fmt: skip
@click.option(
    "--seconds", default=60.0, show_default=True, metavar="S", type=click.FloatRange(1.0),
    help="Seconds of computing that each may take.",
)  # fmt: skip
@click.option(
    "--method", type=click.Choice(["gradient", "ppo", "listening"]), default="gradient",
    show_default=True,
    help="Along the slope of the cost; by reinforcement; or a network that hears the market.",
)  # fmt: skip
@as_of_option
@json_option
def train(
    words: tuple[str, ...],
    name: str | None,
    fills: Path | None,
    seeds: int,
    seconds: float,
    method: str,
    as_of: date | None,
    as_json: bool,
) -> int:
    """Learn a no-trade zone for the household in DIR from its own costs and risk; with the word
    cost, what trading costs, from its fills.

    The model is registered with its evidence and *proposed*: `trimtab models promote` is a
    person's act. Nothing is written before the training is done, so that one that is stopped or
    fails leaves the models as they were. Needs `pip install "trimtab[ai]"`.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.models.ppo_training import Method
    from trimtab.app.models.registry import registry_of, this_person
    from trimtab.app.models.training import train_model
    from trimtab.app.models.wish import TrainingWish
    from trimtab.app.screens.train_screen import show_trained, training_progress
    from trimtab.app.screens.words import progress
    from trimtab.app.solver_start import start_solver

    is_cost, folder = _what_and_where(words, fills)
    if is_cost:
        return _train_cost(folder, name or "costs", fills, as_of, as_json)
    wish = TrainingWish(name or "band", seeds, seconds, Method(method))
    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    start_solver()
    registry = registry_of(folder)
    with training_progress(seeds) as tell:
        manifest = train_model(loaded, registry, wish, this_person(), tell)
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.models.as_json import manifest_json

        print_json(manifest_json(manifest, registry.status(manifest), registry.log()[-1:]))
    else:
        show_trained(manifest, str(folder))
    return Exit.DONE


def _what_and_where(words: tuple[str, ...], fills: Path | None) -> tuple[bool, Path]:
    """Whether trading cost is meant, and the household's folder.

    Refuses: more words than these, and fills without the word.
    """
    is_cost = words[:1] == (COST,)
    rest = words[1:] if is_cost else words
    if len(rest) > 1:
        raise click.UsageError(f"give the word {COST} or nothing, and one folder; got {words}.")
    if fills is not None and not is_cost:
        raise click.UsageError(f"--fills is for trading cost: trimtab train {COST} --fills FILE.")
    return is_cost, Path(rest[0]) if rest else Path()


def _train_cost(
    folder: Path, name: str, fills: Path | None, as_of: date | None, as_json: bool
) -> int:
    from trimtab.app.household import load_folder
    from trimtab.app.models.cost_training import CostWish, train_cost_model
    from trimtab.app.models.registry import registry_of, this_person
    from trimtab.app.screens.train_screen import show_trained
    from trimtab.app.screens.words import progress

    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    file, home = (folder / FILLS_NAME if fills is None else fills).resolve(), folder.resolve()
    kept = file.relative_to(home) if file.is_relative_to(home) else file
    registry = registry_of(folder)
    with progress("Learning what trading costs ..."):
        wish = CostWish(str(kept), name)
        manifest = train_cost_model(loaded, registry, wish, this_person())
    if as_json:
        from trimtab.app.json_text import print_json
        from trimtab.app.models.as_json import manifest_json

        print_json(manifest_json(manifest, registry.status(manifest), registry.log()[-1:]))
    else:
        show_trained(manifest, str(folder))
    return Exit.DONE
