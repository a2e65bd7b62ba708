"""Training by gradient: the only room that knows PyTorch, and nothing outside training enters it."""
