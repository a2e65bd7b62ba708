"""Where the command `trimtab` starts: a guard around everything else, imports included.

The command line takes a moment to load, and Ctrl-C may come in that moment.  So this module imports
nothing that is not loaded anyway, and the command line is imported inside the guard.

Errors: none leave here; a stop becomes a message and the exit code 130.
"""

import gc
import os
import sys

__all__ = ["STOPPED", "main"]

STOPPED = 130
"""The exit code of Ctrl-C, as `app.exits` has it, which is too much to load before the guard."""


ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What NumPy's matrix products read when it is loaded.  The matrices here have tens of rows: to
wake threads for one takes a hundred times as long as to multiply, a tenth of a second a plan."""


SELDOM = 100_000
"""Objects made before Python looks for dead cycles again (700 by itself).  While modules load, each
look goes through all that was loaded before and finds nothing: a tenth of a plan's time."""


def main() -> int:
    """Run the command line; what is stopped while it loads ends as quietly as later."""
    for variable in ONE_THREAD:
        os.environ.setdefault(variable, "1")
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    try:
        from trimtab.app.cli import main as run

        code = run()
        gc.freeze()  # Python would look through everything once more before it ends: a fifth second
        return code
    except KeyboardInterrupt:
        print("Stopped; nothing was left half-written.", file=sys.stderr)
        return STOPPED
