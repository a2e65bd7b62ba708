"""The format of `mandate.toml`: its keys, how they are checked, and what they are built into.

`trimtab.app.config.read_mandate` is the way in; this folder holds its parts.
"""
