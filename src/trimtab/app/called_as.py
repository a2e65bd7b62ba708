"""What a person types to run Trimtab, so that every hint can be typed as it stands.

A checkout has no command `trimtab`; its `dev.py` says in `TRIMTAB_COMMAND` how it was called.

Errors: none.
"""

import os

__all__ = ["COMMAND_VARIABLE", "called_as"]

COMMAND_VARIABLE = "TRIMTAB_COMMAND"


def called_as() -> str:
    """The command that runs Trimtab here: `trimtab`, or `python3 dev.py trimtab`."""
    return os.environ.get(COMMAND_VARIABLE) or "trimtab"
