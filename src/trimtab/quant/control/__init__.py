"""When to trade, and how far: the long-run problems behind rebalancing, and their solutions.

`tracking` states the problem (hold a target at least cost), `no_trade_region` is the shape every
answer takes: inside it nobody trades, outside it one trades to its boundary.  Importing this
package does not load Numba.
"""
