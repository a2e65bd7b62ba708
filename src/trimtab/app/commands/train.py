"""`trimtab train [DIR]`: learn a no-trade zone for a household, and propose it."""

from datetime import date
from pathlib import Path

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

__all__ = ["train"]


@click.command()
@folder_argument
@click.option("--name", default="band", show_default=True, help="What to call the model.")
@click.option(
    "--seeds", default=5, show_default=True, metavar="N", type=click.IntRange(1, 100),
    help="How many trainings, of which the best in validation is kept.",
)  # fmt: skip
@click.option(
    "--seconds", default=60.0, show_default=True, metavar="S", type=click.FloatRange(1.0),
    help="Seconds of computing that each may take.",
)  # fmt: skip
@as_of_option
@json_option
def train(
    folder: Path, name: str, seeds: int, seconds: float, as_of: date | None, as_json: bool
) -> int:
    """Learn a no-trade zone for the household in DIR from its own costs and risk.

    The model is registered with its evidence and *proposed*: `trimtab models promote` is a
    person's act. Nothing is written before the training is done, so that one that is stopped or
    fails leaves the models as they were. Needs `pip install "trimtab[ai]"`.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.models.registry import registry_of, this_person
    from trimtab.app.models.training import TrainingWish, train_model
    from trimtab.app.screens.train_screen import show_trained, training_progress
    from trimtab.app.screens.words import progress
    from trimtab.app.solver_start import start_solver

    wish = TrainingWish(name, seeds, seconds)
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
