"""Rules replayed over history in bulk: float64 kernels over many parameter sets at once.

`conventions` names what a rebalance trades, `rules` says when one happens, `net_asset_value`
replays rules without lots and taxes.  Importing this package does not load Numba.
"""
