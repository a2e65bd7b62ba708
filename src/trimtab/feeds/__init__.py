"""Feeds, one file each: prices from files, from the bundled sample, from the network."""
