"""Tiny random checkpoints that are saved as the authors of the methods save theirs, and what their algorithms make of them."""
