"""Invented markets with parameters fitted on given years, and households that live in them.

What a policy costs cannot be seen in one history, and not in a lifetime's returns.  Here the same
household is put through many invented ones; every policy meets the same returns (common random
numbers), so that a difference of policies is not a difference of luck.
"""
