"""Writes models/pocket/coconut, models/pocket/coconut-pause and three controls from checkpoints of training.coconut.

    python -m training.coconut_export latent training/runs/coconut/latent.pt models/pocket/coconut
    python -m training.coconut_export pause training/runs/coconut/pause.pt models/pocket/coconut-pause
    python -m training.coconut_export mixture training/runs/coconut/mixture.pt bench/controls/coconut-mixture
    python -m training.coconut_export words training/runs/coconut/words.pt bench/controls/prosqa-words
    python -m training.coconut_export curriculum training/runs/coconut/curriculum.pt bench/controls/coconut-curriculum
"""

import sys
from pathlib import Path

from training import coconut_tokens as t
from training.export import write_folder
from training.model import load

LATENT = {"begin": "<bot>", "end": "<eot>", "steps": 6}
SPECIAL = {"bos_token_id": None, "eos_token_id": t.EOS, "pad_token_id": t.PAD}
MANIFESTS = {
    "latent": {"v": 1, "name": "Thoughtlens pocket coconut",
               "methods": {"coconut": LATENT}},
    "pause": {"v": 1, "name": "Thoughtlens pocket coconut, pause control", "methods": {"coconut-pause": {**LATENT, "pause": "<pause>"}}},
    "mixture": {"v": 1, "name": "Pause tokens on Coconut's mixture", "methods": {"coconut-pause": {**LATENT, "pause": "<pause>"}}},
    "words": {"v": 1, "name": "ProsQA thought through in Coconut's tokens",
              "methods": {"chain-of-thought": {"thinkFormat": "<bot>...<eot>", "instruction": "", "maxTokens": 64}}},
    "curriculum": {"v": 1, "name": "Coconut by the paper's curriculum", "methods": {"coconut": LATENT}},
}


def export(mode, llama, folder):
    """The folder without its card, which is written by hand."""
    tokenizer = {"tokenizer": t.tokenizer_json(), "tokenizer_config": t.tokenizer_config()}
    if mode == "words":  # the prompt opens the thought
        tokenizer["tokenizer_config"]["chat_template"] += "{% if add_generation_prompt %}<bot>{% endif %}"
    write_folder(llama, Path(folder), MANIFESTS[mode], SPECIAL, tokenizer)


if __name__ == "__main__":
    mode, checkpoint, folder = sys.argv[1:]
    llama, saved = load(checkpoint)
    export(mode, llama, folder)
    print(f"step {saved['step']}, {(Path(folder) / 'onnx/model.onnx').stat().st_size / 1e6:.2f} MB")
