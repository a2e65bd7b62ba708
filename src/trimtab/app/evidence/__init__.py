"""What a backtest leaves behind: figures, a comparison, a page to read, and files for programs.

    comparison = compare([annual, threshold, cost_aware])
    write_evidence(Path("backtest"), comparison, About("The Riveras", "USD", "Closes of 6 funds"))

`figures` computes one run's figures, `comparison` holds runs against the first of them with
intervals, `sentences` puts the result in words, `page` draws it, `records` lists the tables that
`as_json` and `as_parquet` write.

Errors: runs that cannot be compared, and files that cannot be written, are `InputError`.
"""

from trimtab.app.evidence.about import About
from trimtab.app.evidence.comparison import Comparison, Difference, Drawing, RankBy, compare
from trimtab.app.evidence.figures import CostKinds, PolicyFigures, TaxFigures, figures_of
from trimtab.app.evidence.write import EvidenceFiles, Format, write_evidence

__all__ = [
    "About",
    "Comparison",
    "CostKinds",
    "Difference",
    "Drawing",
    "EvidenceFiles",
    "Format",
    "PolicyFigures",
    "RankBy",
    "TaxFigures",
    "compare",
    "figures_of",
    "write_evidence",
]
