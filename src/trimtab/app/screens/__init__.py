"""Screens: what a person reads on a terminal, at 80 columns, with and without colour."""
