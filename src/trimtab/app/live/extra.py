"""The packages of the extra `live`: asked for where they are needed, and told of where absent.

Errors: `InputError` with the line that installs them.
"""

from importlib.util import find_spec

from trimtab.model.errors import InputError

__all__ = ["require_live"]

NEEDED = ("sqlalchemy", "alembic", "httpx", "apscheduler", "apprise")


def require_live() -> None:
    """Check that the packages of the live service are there.

    Refuses: any that is not, naming it.
    """
    absent = [name for name in NEEDED if find_spec(name) is None]
    if absent:
        words = f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed"
        raise InputError("the live service", words, "", 'run: pip install "trimtab[live]"')
