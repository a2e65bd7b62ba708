"""Broker files become statements: every row is taken, ignored by a named rule, or a break.

A format is a declarative file under `formats/` that a person can repair; a Python reader exists
only where a file is no table (`ofx`, `ibkr_flex`).  Nothing here knows a household or its books.
"""
