"""The rebalancing cycle: ten steps as one generator that never performs I/O."""
