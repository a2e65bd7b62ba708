"""Exit codes of the command line, and how errors are shown.

    0   done: a plan to trade or to hold, a list, a file written
    1   done, but a guard refuses the plan, or the check found something
    2   the input cannot be used; each mistake is named on stderr
    3   no set of trades meets the mandate; the clauses in conflict are named
    70  a defect in Trimtab itself
    74  the output could not be written: the disk is full
    130 stopped by Ctrl-C
    141 whoever read the output stopped reading, as `head` does

Nothing here ends the process: codes are returned.
"""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from trimtab.app.streams import lost_output
from trimtab.model.errors import InputError, InputErrors, TrimtabError

if TYPE_CHECKING:  # most commands decide nothing
    from trimtab.model.plans import Verdict

__all__ = [
    "DEBUG_VARIABLE",
    "Exit",
    "error_json",
    "exit_of",
    "show_defect",
    "show_errors",
    "show_errors_json",
    "show_lost_output",
    "show_trace",
]

DEBUG_VARIABLE = "TRIMTAB_DEBUG"


class Exit(IntEnum):
    """What a run came to, for scripts."""

    DONE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    DEFECT = 70
    LOST_OUTPUT = 74
    STOPPED = 130
    BROKEN_PIPE = 141


def exit_of(verdict: "Verdict") -> Exit:
    """The exit code of a decision; one that waits for approval is done."""
    from trimtab.model.plans import Verdict

    match verdict:
        case Verdict.REFUSED:
            return Exit.FINDINGS
        case Verdict.INFEASIBLE:
            return Exit.INFEASIBLE
        case _:
            return Exit.DONE


def show_errors(error: InputError | InputErrors, as_json: bool) -> Exit:
    """Show what is wrong with the input: sentences on stderr, and JSON on stdout where asked."""
    errors = error.errors if isinstance(error, InputErrors) else (error,)
    for one in errors:
        print(one, file=sys.stderr)
    if len(errors) > 1:
        print(f"{len(errors)} mistakes; nothing was changed.", file=sys.stderr)
    if as_json:
        show_errors_json(errors)
    return Exit.BAD_INPUT


def show_errors_json(errors: Sequence[InputError]) -> None:
    """The errors as JSON on stdout."""
    json.dump({"errors": [error_json(one) for one in errors]}, sys.stdout, indent=2)
    sys.stdout.write("\n")


def error_json(error: InputError) -> dict[str, str | int | None]:
    """One mistake as JSON."""
    return {
        "file": error.file,
        "line": error.line,
        "subject": error.subject,
        "fact": error.fact,
        "bound": error.bound,
        "remedy": error.remedy,
        "message": str(error),
    }


def show_lost_output(error: OSError) -> Exit:
    """Say why standard output took no more; another error of the system is a defect."""
    if isinstance(error, BrokenPipeError):
        return Exit.BROKEN_PIPE
    reason = lost_output(error)
    if reason is None:
        return show_defect(error)
    print(f"The output could not be written: {reason}.", file=sys.stderr)
    return Exit.LOST_OUTPUT


def show_trace(error: Exception) -> None:
    """Where a defect came from, on stderr, with `TRIMTAB_DEBUG=1`."""
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exception(error)


def show_defect(error: Exception) -> Exit:
    """Show a defect in one breath; all of it with `TRIMTAB_DEBUG=1`."""
    show_trace(error)
    kind = "a broken promise" if isinstance(error, TrimtabError) else type(error).__name__
    print(
        f"Trimtab hit a defect ({kind}: {error}). It is not your fault; nothing was changed.\n"
        f"Run the command again with {DEBUG_VARIABLE}=1 and put what it prints into a report on\n"
        "the project's issue tracker.",
        file=sys.stderr,
    )
    return Exit.DEFECT
