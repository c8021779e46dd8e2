"""The weights of the exported models, read back: what a run begins with where its checkpoints are gone.

The files hold float16, so that a model read back is the shipped one to the bit, and not the checkpoint it was made from.
"""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from .model import Config, Llama

MODELS = Path(__file__).parent.parent / "models/pocket"
LINEARS = {**{k: f"self_attn.{k}_proj" for k in "qkvo"}, **{k: f"mlp.{k}_proj" for k in ("gate", "up", "down")}}
NORMS = {"norm1": "input_layernorm", "norm2": "post_attention_layernorm"}


def weights_of(file: Path) -> dict[str, torch.Tensor]:
    """float32 tensors of a file that training.export wrote, by the names of its nodes."""
    kept = (i for i in onnx.load(file).graph.initializer if i.name.endswith(".f16"))
    return {i.name.removesuffix(".f16"): torch.from_numpy(numpy_helper.to_array(i).astype("float32")) for i in kept}


def llama_of(found: dict[str, torch.Tensor], config: Config) -> Llama:
    state = {"embed.weight": found["model.embed_tokens.weight"], "norm.weight": found["model.norm.weight"]}
    for n in range(config.layers):
        for ours, theirs in LINEARS.items():
            state[f"blocks.{n}.{ours}.weight"] = found[f"model.layers.{n}.{theirs}.weight"].T.contiguous()
        for ours, theirs in NORMS.items():
            state[f"blocks.{n}.{ours}.weight"] = found[f"model.layers.{n}.{theirs}.weight"]
    model = Llama(config)
    model.load_state_dict(state)
    return model.eval()


def shipped(name: str = "base") -> Llama:
    """A model of models/pocket."""
    told = json.loads((MODELS / name / "config.json").read_text("utf8"))
    config = Config(
        vocab=told["vocab_size"], d=told["hidden_size"], layers=told["num_hidden_layers"], heads=told["num_attention_heads"], head_dim=told["head_dim"],
        ffn=told["intermediate_size"], theta=told["rope_theta"], eps=told["rms_norm_eps"], max_positions=told["max_position_embeddings"],
    )
    return llama_of(weights_of(MODELS / name / "onnx/model.onnx"), config)


def shipped_softcot(config: Config) -> tuple[Llama, nn.Linear]:
    """The assistant, of the shape that it was trained in, and its projection [d_base, d_assistant]."""
    found = weights_of(MODELS / "base/softcot.onnx")
    weight = found["projection.weight"].T.contiguous()
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.load_state_dict({"weight": weight, "bias": found["projection.bias"]})
    return llama_of(found, config), linear
