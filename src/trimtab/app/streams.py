"""What standard output and standard error do on an old terminal, a full disk, or a closed pipe.

Signs that a terminal cannot show are written in plain letters: a minus that became a question mark
would turn a tax saved into a tax owed.

Errors: none leave here; `lost_output` tells which exit code one becomes.
"""

import codecs
import errno
import io
import os
import sys

__all__ = ["lost_output", "prepare_streams"]

PLAIN_SIGNS = "trimtab_plain_signs"
_PLAIN = dict(
    zip("−–—±×·½¢€£…→†“”‘’κΣ≤≥", (
        *("-", "-", "-", "+/-", "x", "-", "1/2", " cents", "EUR ", "GBP ", "...", "->", "*"),
        *('"', '"', "'", "'", "kappa", "Sigma", "<=", ">="),
    ), strict=True)
)  # fmt: skip
_LOST = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF))


def prepare_streams() -> None:
    """Make both streams write every sign, in plain letters where they must."""
    codecs.register_error(PLAIN_SIGNS, _in_plain_signs)
    for name in ("stdout", "stderr"):  # a process may be started without them
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN_SIGNS)


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    """What stands for the signs that an encoding lacks; `?` where nothing does."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign, "?") for sign in signs), error.end


def lost_output(error: OSError) -> str | None:
    """Why standard output took no more, if that is what an error says; nothing follows on it.

    A file that cannot be written names itself and is told elsewhere.
    """
    if error.filename is not None or error.errno not in _LOST:
        return None
    _close_output()
    return error.strerror or str(error)


def _close_output() -> None:
    """Send what is still held back for standard output nowhere, so that the end is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
