"""What is recorded of a plain reading for the tests of the engine (test/unit/engine/officialCheckpoints.test.ts)."""

from __future__ import annotations

import base64

import numpy as np

from training.checkpoints.folder import write_json

from .plain import Reading


def write_golden(folder, strategy: str, question: str, reading: Reading, options: dict, **more: int) -> None:
    """golden.json: ids (null for an embedding), how many were given, hidden states [ids, d] as float32 in base64."""
    rows = reading.hidden.numpy().astype("<f4")
    golden = {
        "strategy": strategy, "question": question, "options": options, **more, "ids": reading.ids, "given": reading.given, "width": rows.shape[1],
        "hidden": base64.b64encode(rows.tobytes()).decode(),
    }
    write_json(folder / "golden.json", golden)


def hidden_of(golden: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(golden["hidden"]), "<f4").reshape(-1, golden["width"])
