"""Backtests that people ask for from a page: asked, run in a process of their own, and kept."""
