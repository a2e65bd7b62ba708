"""The household as an environment for agents: the cycle of the backtest, answered step by step.

`rebalance` is the environment, `choices` what an agent may say, `observing` what it sees.
Importing this package imports nothing that the core lacks; its modules need Gymnasium.
"""
