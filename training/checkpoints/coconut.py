"""Coconut (2412.06769) as its authors save it: the state dict of the wrapper around a causal language model of transformers.

The wrapper keeps the model under `base_causallm.` and its embedding once more as `embedding.weight`. Three tokens were added at
the end of the base's vocabulary, in this order, and the embedding has exactly as many rows as there are tokens then.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM

from .fault import ImportFault
from .folder import new_folder, write_folder
from .hub import fill, load_config, load_tokenizer, read_state

BEGIN, END, LATENT = "<|start-latent|>", "<|end-latent|>", "<|latent|>"
WRAPPED, EMBEDDING = "base_causallm.", "embedding.weight"
# Both of the authors' settings come to six: 6 stages of one latent (ProsQA), 3 stages of two (GSM8k).
STEPS = 6
# What the authors' evaluation lets a model write at most.
MAX_TOKENS = 128


def import_coconut(checkpoint: str, base: str, out: str, steps: int = STEPS, name: str | None = None) -> None:
    """@param base the hub model that training began with: its configuration and tokenizer are used, not its weights"""
    state = unwrapped(read_state(checkpoint), checkpoint)
    tokenizer, config = load_tokenizer(base), load_config(base)
    for token in (BEGIN, END, LATENT):
        tokenizer.add_tokens(token)
    config.vocab_size = len(tokenizer)
    if steps < 0 or steps > 64:
        raise ImportFault(f"{steps} latent thoughts are asked for.", "Give --steps from 0 to 64.")
    with torch.device("meta"):
        skeleton = AutoModelForCausalLM.from_config(config)
    check_rows(state, skeleton, len(tokenizer), checkpoint)
    # The authors train and save in float32, whatever the base's configuration says.
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    fill(model, state, checkpoint)
    with new_folder(out) as folder:
        settings = {"begin": BEGIN, "end": END, "steps": steps, "conversation": "plain", "maxTokens": MAX_TOKENS}
        write_folder(folder, model, tokenizer, name or f"Coconut on {config.model_type}", {"coconut": settings})


def unwrapped(state: dict[str, Tensor], source: str) -> dict[str, Tensor]:
    """The weights of the model that the wrapper holds, under the model's own names."""
    state = {k.removeprefix("module."): v for k, v in state.items()}
    inner = {k.removeprefix(WRAPPED): v for k, v in state.items() if k.startswith(WRAPPED)}
    if not inner:
        first = next(iter(state))
        raise ImportFault(
            f"{source} is no checkpoint of Coconut: its names begin with {first.split('.')[0]} and not with {WRAPPED[:-1]}.",
            "Give a checkpoint_N that a run with coconut: True has saved.",
        )
    others = [k for k in state if not k.startswith(WRAPPED) and k != EMBEDDING]
    if others:
        raise ImportFault(f"{source} has weights beside those of Coconut, the first being {others[0]}.", "Give a checkpoint_N of facebookresearch/coconut as it was saved.")
    table = state.get(EMBEDDING)
    if table is not None and not any(v.shape == table.shape and torch.equal(v, table) for v in inner.values()):
        raise ImportFault(f"{EMBEDDING} of {source} is not the embedding of the model that it wraps.", "Give a checkpoint_N as it was saved.")
    return inner


def check_rows(state: dict[str, Tensor], skeleton: torch.nn.Module, wanted: int, source: str) -> None:
    table = skeleton.get_input_embeddings()
    name = next(k for k, v in skeleton.named_modules() if v is table) + ".weight"
    if name in state and state[name].shape[0] != wanted:
        raise ImportFault(
            f"{source} embeds {state[name].shape[0]} tokens; the base's tokenizer has {wanted - 3}, and {wanted} with the three that Coconut adds.",
            "Name as --base the model that it was trained from.",
        )
