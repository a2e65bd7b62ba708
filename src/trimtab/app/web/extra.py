"""The packages of the extra `web`: asked for where they are needed, and told of where absent.

Errors: `InputError` with the line that installs them.
"""

from importlib.util import find_spec

from trimtab.model.errors import InputError

__all__ = ["require_web"]

NEEDED = ("fastapi", "uvicorn", "multipart", "argon2", "pyotp", "segno", "webauthn", "authlib")


def require_web() -> None:
    """Check that the packages of the dashboard are there.

    Refuses: any that is not, naming it.
    """
    absent = [name for name in NEEDED if find_spec(name) is None]
    if absent:
        words = f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed"
        remedy = 'run: pip install "trimtab[web]", or serve with --no-web'
        raise InputError("the dashboard", words, "", remedy)
