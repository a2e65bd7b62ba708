"""Drivers: those who answer the cycle's requests, each from a world of its own."""
