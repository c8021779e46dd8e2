"""Writes models/pocket/coconut and models/pocket/coconut-pause from checkpoints of training.coconut.

    python -m training.coconut_export latent training/runs/coconut/latent.pt models/pocket/coconut
    python -m training.coconut_export pause training/runs/coconut/pause.pt models/pocket/coconut-pause
"""

import sys
from pathlib import Path

from training import coconut_tokens as t
from training.export import write_folder
from training.model import load

SPECIAL = {"bos_token_id": None, "eos_token_id": t.EOS, "pad_token_id": t.PAD}
MANIFESTS = {
    "latent": {"v": 1, "name": "Thoughtlens pocket coconut",
               "methods": {"coconut": {"begin": "<bot>", "end": "<eot>", "steps": 6}}},
    "pause": {"v": 1, "name": "Thoughtlens pocket coconut, pause control",
              "methods": {"coconut-pause": {"begin": "<bot>", "end": "<eot>", "steps": 6, "pause": "<pause>"}}},
}


def export(mode, llama, folder):
    """The folder without its card, which is written by hand."""
    tokenizer = {"tokenizer": t.tokenizer_json(), "tokenizer_config": t.tokenizer_config()}
    write_folder(llama, Path(folder), MANIFESTS[mode], SPECIAL, tokenizer)


if __name__ == "__main__":
    mode, checkpoint, folder = sys.argv[1:]
    llama, saved = load(checkpoint)
    export(mode, llama, folder)
    print(f"step {saved['step']}, {(Path(folder) / 'onnx/model.onnx').stat().st_size / 1e6:.2f} MB")
