"""What a run of a portfolio was worth: returns, risk, tracking, trading, tax, and how sure we are.

Arrays in, frozen typed results out; time is always the first axis, so that one policy is `(T,)` and
a sweep of B policies `(T, B)`.  Nothing here knows lots, households or files, and nothing compiles:
importing costs NumPy only.  Every figure is defined in `docs/concepts/metrics.md`.
"""
