"""What a checkpoint is made of: hub models on disk or on the hub, and state dicts, which are read without running code in them."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Callable, TypeVar

import safetensors
import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from .fault import ImportFault

Loaded = TypeVar("Loaded")
SHOWN = 3  # names that a sentence lists


def read_state(path: str) -> dict[str, Tensor]:
    """The tensors of a PyTorch or safetensors file by name."""
    if not Path(path).is_file():
        raise ImportFault(f"There is no file {path}.", "Give the file that training saved.")
    try:
        state = load_file(path) if path.endswith(".safetensors") else torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ImportFault(
            f"{path} is no state dict of tensors alone, and is not read, since loading anything else can run code that it brings.",
            "Save model.state_dict() with torch.save, or as safetensors, and import that.",
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, OSError, safetensors.SafetensorError) as error:
        raise ImportFault(f"{path} is damaged, or no file of PyTorch or safetensors.", "Copy it again from where it was trained.") from error
    if not isinstance(state, dict) or not state or not all(isinstance(k, str) and isinstance(v, Tensor) for k, v in state.items()):
        raise ImportFault(f"{path} holds something else than a state dict, names with a tensor each.", "Save model.state_dict() with torch.save and import that.")
    odd = next((k for k, v in state.items() if not v.is_floating_point() and v.dtype is not torch.bool or v.layout is not torch.strided), None)
    if odd is not None:
        raise ImportFault(f"{path} holds {odd} as {state[odd].dtype}, which are no plain weights.", "Import the checkpoint before it was quantised.")
    return state


def fill(model: PreTrainedModel, state: dict[str, Tensor], source: str) -> None:
    """Loads weights whose names and shapes must be the model's own."""
    own = model.state_dict()
    tied = model.get_output_embeddings() is not None and model.get_output_embeddings().weight is model.get_input_embeddings().weight
    head = next((k for k, v in own.items() if tied and k.endswith("lm_head.weight")), None)
    missing = [k for k in own if k not in state and k != head]
    # Masks that older versions of transformers kept among the weights.
    unknown = [k for k in state if k not in own and not k.endswith((".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"))]
    if missing or unknown:
        said = " and ".join(f"{what} {_few(names)}" for what, names in (("lacks", missing), ("has besides", unknown)) if names)
        raise ImportFault(f"{source} does not fit {model.config.model_type}: it {said}.", "Name as --base the model that it was trained from.")
    for name, weights in own.items():
        if name in state and state[name].shape != weights.shape:
            raise ImportFault(
                f"{name} of {source} is {_shape(state[name])} where the base has {_shape(weights)}.", "Name as --base the model that it was trained from."
            )
    model.load_state_dict({k: v for k, v in state.items() if k in own}, strict=False)


def load_config(source: str) -> PreTrainedConfig:
    return _load(source, lambda: AutoConfig.from_pretrained(source))


def load_model(source: str) -> PreTrainedModel:
    return _load(source, lambda: AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32))


def load_tokenizer(source: str) -> PreTrainedTokenizerBase:
    tokenizer = _load(source, lambda: AutoTokenizer.from_pretrained(source))
    if tokenizer.is_fast:
        # What transformers makes of a folder without a tokenizer reads every text as nothing.
        if tokenizer.encode("What is 2?", add_special_tokens=False):
            return tokenizer
        raise ImportFault(f"{source} holds no tokenizer.", "Put tokenizer.json of the model that training began with beside the weights.")
    raise ImportFault(f"The tokenizer of {source} has no form as tokenizer.json.", "Name a model whose tokenizer has one.")


def _load(source: str, load: Callable[[], Loaded]) -> Loaded:
    try:
        return load()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, json.JSONDecodeError, safetensors.SafetensorError, pickle.UnpicklingError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ImportFault(
            f"{source} cannot be loaded as a model of the Hugging Face Hub ({reason}).", "Name a folder with config.json, weights and tokenizer, or a model of the hub."
        ) from error


def check_vocabulary(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, source: str) -> None:
    """Every token must have a row in the embedding; rows beyond the tokens are usual."""
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise ImportFault(f"{source} embeds {rows} tokens and its tokenizer has {len(tokenizer)}.", "Take weights and tokenizer from the same training.")


def token_id(tokenizer: PreTrainedTokenizerBase, token: str) -> int | None:
    """The id of exactly this token."""
    return tokenizer.get_vocab().get(token)


def _few(names: list[str]) -> str:
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + rest


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape))
