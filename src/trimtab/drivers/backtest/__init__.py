"""The backtest: the cycle answered from history, day by day, with exact books.

`run.py` is the loop; what it meets on its way stands in a module each: the market of a day, the
custodian (dividends, splits, fees, settlement), the broker that fills orders, and the tax office.
"""
