"""Brokers: each translates between one broker's protocol and `ports.Broker`, and nothing else."""
