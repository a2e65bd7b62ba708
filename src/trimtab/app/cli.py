"""The command line `trimtab`: names of the commands, and what becomes of errors.

Commands are imported when they are called, so that `trimtab --help` answers at once and a plan
pays only for what it computes.

Errors: none leave here; `exits` says which code each becomes.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from trimtab.app.exits import Exit, show_defect, show_errors, show_errors_json, show_lost_output
from trimtab.app.streams import prepare_streams
from trimtab.model.errors import InputError, InputErrors, LeaseLost

WANTS_JSON = "trimtab.wants_json"

__all__ = ["COMMANDS", "CommandEntry", "cli", "main"]


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """Where a command lives, and its line in the help."""

    module: str
    attribute: str
    help: str


COMMANDS = {
    "demo": CommandEntry(
        "trimtab.app.commands.demo", "demo", "See it work on a sample household, offline."
    ),
    "init": CommandEntry(
        "trimtab.app.commands.init", "init", "Make a folder for your household, by a few questions."
    ),
    "import": CommandEntry(
        "trimtab.app.commands.import_files",
        "import_files",
        "Read the files of your brokers into your household.",
    ),
    "export": CommandEntry(
        "trimtab.app.commands.export", "export", "What you hold and what happened, as OFX."
    ),
    "breaks": CommandEntry(
        "trimtab.app.commands.breaks", "breaks", "Answer what an import left open."
    ),
    "formats": CommandEntry(
        "trimtab.app.commands.formats",
        "formats",
        "The formats of broker files: list, test, repair, make a new one.",
    ),
    "status": CommandEntry(
        "trimtab.app.commands.status", "status", "Where the household stands against its targets."
    ),
    "plan": CommandEntry(
        "trimtab.app.commands.plan", "plan", "What to trade today, why, and what waiting costs."
    ),
    "explain": CommandEntry(
        "trimtab.app.commands.explain",
        "explain",
        "Why this decision, and everything about one trade.",
    ),
    "report": CommandEntry(
        "trimtab.app.commands.report",
        "report",
        "Some days of the household: standing, decisions, trades, what waits.",
    ),
    "statement": CommandEntry(
        "trimtab.app.commands.statement",
        "statement",
        "Your mandate in plain sentences, and what changed in it.",
    ),
    "bands": CommandEntry(
        "trimtab.app.commands.bands",
        "bands",
        "How far each class may drift before trading pays, beside the usual bands.",
    ),
    "pareto": CommandEntry(
        "trimtab.app.commands.pareto",
        "pareto",
        "What less drift costs today: the plans that no other beats.",
    ),
    "backtest": CommandEntry(
        "trimtab.app.commands.backtest",
        "backtest",
        "What your mandate would have done to you, after tax and cost.",
    ),
    "compare": CommandEntry(
        "trimtab.app.commands.backtest", "compare", "Policies side by side over the same days."
    ),
    "sweep": CommandEntry(
        "trimtab.app.commands.sweep",
        "sweep",
        "One policy with many settings, and how far its winner can be trusted.",
    ),
    "harvest-report": CommandEntry(
        "trimtab.app.commands.harvest_report",
        "harvest_report",
        "What tax-loss harvesting would have brought you.",
    ),
    "stress": CommandEntry(
        "trimtab.app.commands.stress",
        "stress",
        "What crashes of the past, begun tomorrow, would do to you.",
    ),
    "check": CommandEntry(
        "trimtab.app.commands.check", "check", "Read all files and name every mistake."
    ),
    "doctor": CommandEntry(
        "trimtab.app.commands.doctor", "doctor", "Whether the data is in order, and how to mend it."
    ),
    "policy": CommandEntry(
        "trimtab.app.commands.policy", "policy", "Which policy decides, and choosing another."
    ),
    "policies": CommandEntry(
        "trimtab.app.commands.policies", "policies", "The rules that can propose trades."
    ),
    "train": CommandEntry(
        "trimtab.app.commands.train", "train", "Learn a no-trade zone, and propose it."
    ),
    "models": CommandEntry(
        "trimtab.app.commands.models", "models", "Learned models: list, promote, retire, check."
    ),
    "keys": CommandEntry(
        "trimtab.app.commands.keys", "keys", "Every key of mandate.toml, with its default."
    ),
    "broker": CommandEntry(
        "trimtab.app.commands.broker", "broker", "Which broker holds each account; paper to try."
    ),
    "sync": CommandEntry(
        "trimtab.app.commands.sync", "sync", "What the brokers show, held against your lots."
    ),
    "run": CommandEntry(
        "trimtab.app.commands.run", "run", "One cycle for real: decide, ask, order, book the fills."
    ),
    "serve": CommandEntry(
        "trimtab.app.commands.serve", "serve", "The service: watch, run, follow orders, tell."
    ),
    "web": CommandEntry(
        "trimtab.app.commands.web", "web", "Who may come to the dashboard, and from where."
    ),
    "mcp": CommandEntry(
        "trimtab.app.commands.mcp", "mcp", "Let an assistant on this machine read, and no more."
    ),
    "reconcile": CommandEntry(
        "trimtab.app.commands.reconcile", "reconcile", "The brokers held against the books."
    ),
    "alerts": CommandEntry(
        "trimtab.app.commands.alerts", "alerts", "What people were told, and whether it arrived."
    ),
    "approvals": CommandEntry(
        "trimtab.app.commands.approvals", "approvals", "What waits for people."
    ),
    "approve": CommandEntry(
        "trimtab.app.commands.approvals", "approve", "Say yes to what waits for people."
    ),
    "reject": CommandEntry(
        "trimtab.app.commands.approvals", "reject", "Say no to what waits for people."
    ),
    "hold": CommandEntry("trimtab.app.commands.approvals", "hold", "Let it wait for you."),
    "orders": CommandEntry(
        "trimtab.app.commands.orders", "orders", "Orders, and where each stands."
    ),
    "halt": CommandEntry(
        "trimtab.app.commands.halt", "halt", "Stop: nothing is sent, and what stands is canceled."
    ),
    "resume": CommandEntry("trimtab.app.commands.halt", "resume", "Go on after a halt."),
    "override": CommandEntry(
        "trimtab.app.commands.override", "override", "Let one rule of sending pass today, and why."
    ),
    "journal": CommandEntry(
        "trimtab.app.commands.journal", "journal", "What was recorded, and whether it is whole."
    ),
    "paper": CommandEntry(
        "trimtab.app.commands.paper", "paper", "A paper broker that any Alpaca client can trade on."
    ),
    "tax": CommandEntry("trimtab.app.commands.tax", "tax", "Tax questions without a household."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above: nothing is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, or a refusal that names the near one."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            ctx.fail(f"there is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether the run is to speak JSON, before any command has read its options."""
        ctx.meta[WANTS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> None:
        """Run a command; whatever it raises becomes a message and an exit code."""
        try:
            code = super().invoke(ctx)
        except (InputError, InputErrors) as error:
            ctx.exit(show_errors(error, ctx.meta[WANTS_JSON]))
        except LeaseLost as error:  # it woke up to find the household taken over: no defect
            remedy = "let the other one work; what was begun here is taken up there"
            taken = InputError("household", str(error).rstrip("."), "", remedy)
            ctx.exit(show_errors(taken, ctx.meta[WANTS_JSON]))
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            ctx.exit(show_lost_output(error))
        except Exception as error:
            ctx.exit(show_defect(error))
        ctx.exit(code if isinstance(code, int) else Exit.DONE)


def _version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"trimtab {version('trimtab')}")
        ctx.exit(Exit.DONE)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Print the version.",
)  # fmt: skip
def cli() -> None:
    """From a household's real accounts to the smallest sensible set of trades.

    \b
    trimtab demo                  see it work, offline
    trimtab init my-household     make a folder of your own
    trimtab plan my-household     what to trade today, and why
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    prepare_streams()
    arguments = None if argv is None else list(argv)
    try:
        code = cli.main(args=arguments, prog_name="trimtab", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:  # a command or option that does not exist
        return _show_misuse(error, "--json" in (sys.argv if argv is None else argv))
    except click.Abort:
        print("Stopped; nothing was left half-written.", file=sys.stderr)
        return Exit.STOPPED
    except SystemExit:  # how click and rich end where nobody reads on
        return Exit.BROKEN_PIPE
    except OSError as error:
        return show_lost_output(error)
    return code if isinstance(code, int) else Exit.DONE


def _show_misuse(error: click.ClickException, as_json: bool) -> int:
    """Say what is wrong with the command line itself, also to a program that reads JSON."""
    error.show()
    if as_json:
        option = getattr(getattr(error, "param", None), "opts", ["command line"])[0]
        show_errors_json([InputError(option, error.format_message().rstrip("."))])
    return error.exit_code
