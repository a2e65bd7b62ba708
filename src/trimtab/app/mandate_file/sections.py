"""Every section of `mandate.toml`, in the order in which a person reads them.

The reader checks against this table, `trimtab init` writes its comments from it, and
`trimtab keys` prints it, so the three cannot disagree.  Defaults come from the model.
"""

from trimtab.app.mandate_file.estimating import ESTIMATES
from trimtab.app.mandate_file.judgement import (
    COSTS,
    FEED,
    GUARDS,
    HARVEST,
    LIMITS,
    MODELS,
    POLICY,
    RISK,
    TAX,
    TRADING,
    WASH_SALES,
)
from trimtab.app.mandate_file.keys import Section
from trimtab.app.mandate_file.ownership import (
    ACCOUNTS,
    BANDS,
    CASH,
    FLOWS,
    HOUSEHOLD,
    INSTRUMENTS,
    LIABILITIES,
    RESTRICTIONS,
    TARGETS,
)
from trimtab.app.mandate_file.scheduling import SCHEDULE
from trimtab.app.mandate_file.targeting import TARGET_SOURCE

__all__ = ["SECTIONS", "section"]

SECTIONS: tuple[Section, ...] = (
    HOUSEHOLD,
    ACCOUNTS,
    TARGETS,
    TARGET_SOURCE,
    BANDS,
    CASH,
    FLOWS,
    LIABILITIES,
    TAX,
    WASH_SALES,
    HARVEST,
    TRADING,
    COSTS,
    RISK,
    ESTIMATES,
    RESTRICTIONS,
    LIMITS,
    POLICY,
    MODELS,
    GUARDS,
    SCHEDULE,
    FEED,
    INSTRUMENTS,
)


def section(name: str) -> Section:
    """The section of this name."""
    return next(section for section in SECTIONS if section.name == name)
