"""The exact books: lots, wash sales, balanced entries, replay and the hash chain.

`Decimal` throughout; imports the model only.  No clock, no I/O: journals on disk are `stores`.
"""
