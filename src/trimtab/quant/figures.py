"""The columns of an answer: its figures, and the ends of an edge or a budget between two answers.

Figures are what Python reads of a household that is solved; see `solver.BatchAnswer`.
"""

from trimtab.quant.layout import word

# Columns of an answer's figures
(
    STATUS, OBJECTIVE, LOWER_BOUND, CONVEX_GAP, DRIFT, SPREAD, IMPACT_COST, TAX_COST, LOCATION_COST,
    TICKETS, SHORT, LONG, STEPS, TRIED, IDLE, IDLE_FEASIBLE, CROSSED,
) = range(17)  # fmt: skip
PRICED = 17  # the columns of Work.price at the answer
FIGURES = 22
SOLVED, NO_TRADE, NO_ANSWER = 0, 1, 2
# Rows of Work.sold
ANSWER, CURRENT, EDGE_LOW, EDGE_HIGH = (word(c) for c in range(4))
BUY_LOW, SELL_LOW, TAX_LOW = word(4), word(6), word(8)  # the high end comes next
# Column of Work.best_z that belongs to an end: END_TRADE + its row above
END_TRADE = 1
