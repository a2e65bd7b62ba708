"""The live service of one household: its brokers, its store, and what people say to it."""
