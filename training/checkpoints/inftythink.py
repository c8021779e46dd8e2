"""InftyThink (2503.06692): an ordinary hub model that was trained to think in rounds; only its settings are its own."""

from __future__ import annotations

from .folder import new_folder, write_folder
from .hub import check_vocabulary, load_model, load_tokenizer

# The authors' example: no template, the history straight behind `Assistant:`, a round of 8192 tokens, at most 50 of them, sampled.
SETTINGS = {
    "protocol": "trained", "history": "answer", "conversation": "joined", "instruction": "none", "roundTokens": 8192, "summaryTokens": 2048, "maxRounds": 50,
    "temperature": 0.7, "topP": 0.95,
}


def import_inftythink(model: str, out: str, name: str | None = None) -> None:
    loaded, tokenizer = load_model(model), load_tokenizer(model)
    check_vocabulary(loaded, tokenizer, model)
    with new_folder(out) as folder:
        write_folder(folder, loaded, tokenizer, name or f"InftyThink, {model.rstrip('/').split('/')[-1]}", {"inftythink": SETTINGS})
