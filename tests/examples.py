"""How many examples a property is held against: some in the plain run, all in a thorough one.

`HYPOTHESIS_PROFILE` chooses: `ci`, the default, and `thorough` repeat exactly, as long as the same
modules are loaded, whose constants Hypothesis tries as well; `deep` searches longer and at random.
"""

import os

from hypothesis import settings

__all__ = ["EXAMPLES", "IS_DEEP", "IS_PLAIN", "PLAIN_SHARE", "PROFILE", "examples", "some"]

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
IS_PLAIN, IS_DEEP = PROFILE == "ci", PROFILE == "deep"
EXAMPLES = 100
"""Of a property that states no number of its own, in the thorough run."""
PLAIN_SHARE = 0.3


def some(count: int) -> int:
    """How many of so many examples this run looks at."""
    return max(1, round(PLAIN_SHARE * count)) if IS_PLAIN else count


def examples(count: int) -> settings:
    """So many examples in the thorough run, and their share in the plain one."""
    return settings(max_examples=some(count), deadline=None)
