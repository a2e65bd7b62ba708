"""Who comes in, what they may, and what is written down of it; nothing else decides either."""
