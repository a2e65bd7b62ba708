"""From broker files to a household: reading, mapping, booking, and what is left to answer."""
