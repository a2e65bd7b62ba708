"""The backtest: the cycle answered from history, day by day, with exact books.

`run.py` is the loop; what it meets on its way stands in a module each: the market of a day, the
custodian (dividends, splits, interest), the broker that fills orders, the tax office, the wash
book, money that leaves.  `checkpoint.py` lets a run that stopped go on.
"""
