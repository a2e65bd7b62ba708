"""The numbers: `float64` kernels over batches of households.

Imports the model only, and never the exact books; one household is a batch of one.
"""
