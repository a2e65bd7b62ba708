"""Guards, one file each: what a plan must pass before anyone may approve it."""

from trimtab.guards._base import Guard, Strictness
from trimtab.guards._defaults import DEFAULT_ORDER

__all__ = ["DEFAULT_ORDER", "Guard", "Strictness"]
