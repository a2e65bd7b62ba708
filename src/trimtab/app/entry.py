"""Where the command `trimtab` starts: a guard around everything else, imports included.

The command line takes a moment to load, and Ctrl-C may come in that moment.  So this module imports
nothing but `sys`, and the command line is imported inside the guard.

Errors: none leave here; a stop becomes a message and the exit code 130.
"""

import sys

__all__ = ["STOPPED", "main"]

STOPPED = 130
"""The exit code of Ctrl-C, as `app.exits` has it, which is too much to load before the guard."""


def main() -> int:
    """Run the command line; what is stopped while it loads ends as quietly as later."""
    try:
        from trimtab.app.cli import main as run

        return run()
    except KeyboardInterrupt:
        print("Stopped; nothing was left half-written.", file=sys.stderr)
        return STOPPED
