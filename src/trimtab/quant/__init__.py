"""Numbers: float64 batch kernels for the household problem, and what they answer.

`problem` states a household as arrays, `solver` solves one or many.  Importing this package does
not load Numba; importing `solver` does.
"""
