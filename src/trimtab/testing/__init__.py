"""Shipped helpers for tests: of this package, and of plug-ins that live elsewhere."""
