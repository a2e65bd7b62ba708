"""Estimates: risk, cost and trend from data up to `as_of`, one file each."""
