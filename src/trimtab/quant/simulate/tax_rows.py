"""How the kernels read a `TaxTable`: its row of numbers, column by column.

Errors: `InputError` for a table of more brackets than a row holds.
"""

from collections.abc import Sequence
from math import inf

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.model.taxes import TaxTable

Floats = npt.NDArray[np.float64]

ORDINARY_BRACKETS_MAX, PREFERRED_BRACKETS_MAX = 12, 6
# Columns of a row.
ORDINARY, QUALIFIED, MODIFIED_AGI, INVESTMENT, INVESTMENT_RATE, INVESTMENT_THRESHOLD = range(6)
STATE, STATE_LONG, LOSS_LIMIT, BY_INCOME, CARRY_VALUE, CARRIES, NETTING, GRADUATED = range(6, 14)
ORDINARY_LOWER = 14
ORDINARY_RATE = ORDINARY_LOWER + ORDINARY_BRACKETS_MAX + 1  # an edge more: where the last ends
PREFERRED_LOWER = ORDINARY_RATE + ORDINARY_BRACKETS_MAX
PREFERRED_RATE = PREFERRED_LOWER + PREFERRED_BRACKETS_MAX + 1
TABLE_COLUMNS = PREFERRED_RATE + PREFERRED_BRACKETS_MAX


def table_rows(tables: Sequence[TaxTable]) -> Floats:
    """Tables as the kernels read them.

    Shape: (tables, TABLE_COLUMNS).
    Refuses: more brackets than a row holds.
    """
    rows = np.zeros((len(tables), TABLE_COLUMNS))
    for row, table in zip(rows, tables, strict=True):
        row[ORDINARY], row[QUALIFIED] = table.ordinary, table.qualified_dividends
        row[MODIFIED_AGI], row[INVESTMENT] = table.modified_agi, table.net_investment_income
        row[INVESTMENT_RATE] = table.investment_rate
        row[INVESTMENT_THRESHOLD] = table.investment_threshold
        row[STATE], row[STATE_LONG] = table.state_rate, table.state_long_rate
        row[LOSS_LIMIT], row[BY_INCOME] = table.loss_limit, table.limited_by_income
        row[CARRY_VALUE], row[CARRIES] = table.carry_value, table.carries
        row[NETTING], row[GRADUATED] = table.netting, table.graduated
        _lay(row, ORDINARY_LOWER, ORDINARY_RATE, table.ordinary_edges, table.ordinary_rates)
        _lay(row, PREFERRED_LOWER, PREFERRED_RATE, table.preferred_edges, table.preferred_rates)
    return rows


def _lay(
    row: Floats, lower: int, rate: int, edges: tuple[float, ...], rates: tuple[float, ...]
) -> None:
    most = rate - lower - 1
    if len(rates) != len(edges) + 1 or len(rates) > most:
        fact = f"it has {len(rates)} rates and {len(edges)} edges between them"
        raise InputError("a tax table", fact, f"one edge less than rates, at most {most} rates")
    row[lower:rate] = inf
    row[lower : lower + len(rates)] = (0.0, *edges)
    row[rate : rate + len(rates)] = rates
