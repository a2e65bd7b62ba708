"""How Gymnasium comes to know the environment; it is light, and the environment's module calls it.

    gymnasium.make("trimtab.app.environment:trimtab/Rebalance-v0")

Gymnasium 1 has no plug-ins: a name is known once a module was imported that registers it.

Errors: none; an environment that is known already is left as it is.
"""

from __future__ import annotations

__all__ = ["ENVIRONMENT", "register"]

ENVIRONMENT = "trimtab/Rebalance-v0"


def register() -> None:
    """Make the environment known to Gymnasium; what it needs is imported when one is made."""
    from gymnasium.envs import registration

    if ENVIRONMENT not in registration.registry:
        entry_point = "trimtab.app.environment:rebalance_environment"
        registration.register(id=ENVIRONMENT, entry_point=entry_point)
