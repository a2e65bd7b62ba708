"""What a trained model is once it is trained: arrays, a name, and a no-trade region of any state.

NumPy and the core's kernels only: whoever uses a model needs no PyTorch.
"""
