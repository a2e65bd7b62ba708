"""Training by gradient: the only room with PyTorch; what it makes is used without."""
