"""Policies, one file each: when to trade and towards what."""
