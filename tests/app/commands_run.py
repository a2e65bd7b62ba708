"""How a command is run in a test."""

from click.testing import CliRunner, Result

from trimtab.app.cli import cli

DONE, FINDINGS, BAD_INPUT, INFEASIBLE_CODE, DEFECT = 0, 1, 2, 3, 70


def run(*arguments: str, **options: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], **options)  # type: ignore[arg-type]
