"""Whether the world still is what a model was trained on: tests of its inputs and residuals."""
