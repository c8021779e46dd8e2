"""Checkpoints that others trained, turned into model folders that the engine runs (docs/CHECKPOINTS.md)."""
