"""Brokers, one file each: translate, nothing else."""
