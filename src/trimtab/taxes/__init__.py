"""Tax regimes, one file each: the curve the solver sees, the relief order, and the bill."""
