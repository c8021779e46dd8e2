"""Graphs of transformers' causal language models, by PyTorch's exporter, with the inputs and outputs that hub models have.

Attention is written out (`eager`) and its mask is made here from `attention_mask` and the positions of the rows, so that every
architecture's graph is masked in the same place; the engine's patch adds hidden states, soft tokens, masks and eviction.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn
from transformers import DynamicCache, PreTrainedModel

HIDDEN = torch.finfo(torch.float32).min
# A protobuf may have 2 GiB at most; weights beyond that stand in a file of their own.
LARGEST_INLINE = 1_500_000_000


class CausalDecoder(nn.Module):
    """input_ids [B,T], attention_mask [B,P+T], position_ids [B,T], then key and value [B,heads,P,E] of each layer
    -> logits [B,T,vocab], key and value [B,heads,P+T,E] of each layer."""

    def __init__(self, model: PreTrainedModel):
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, *past: Tensor):
        total = attention_mask.shape[1]
        column = torch.arange(total)
        row = torch.arange(input_ids.shape[1]) + (total - input_ids.shape[1])
        seen = (column[None] <= row[:, None])[None, None] & (attention_mask[:, None, None, :] > 0)
        out = self.model(
            input_ids=input_ids, position_ids=position_ids, use_cache=True, attention_mask=torch.where(seen, 0.0, HIDDEN),
            past_key_values=DynamicCache(list(zip(past[::2], past[1::2]))),
        )
        return out.logits, *(half for layer in out.past_key_values.layers for half in (layer.keys, layer.values))


def export_decoder(model: PreTrainedModel, folder: Path) -> None:
    """Writes FOLDER/onnx/model.onnx."""
    model = model.eval().float()
    model.set_attn_implementation("eager")
    config = model.config
    layers, heads = config.num_hidden_layers, getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    batch, new, old = 2, 3, 4
    ids = torch.zeros(batch, new, dtype=torch.int64)
    past = [torch.zeros(batch, heads, old, width) for _ in range(2 * layers)]
    cache = [f"{n}.{half}" for n in range(layers) for half in ("key", "value")]
    names = ["input_ids", "attention_mask", "position_ids", *(f"past_key_values.{name}" for name in cache)]
    rows, columns = {0: "batch_size", 1: "sequence_length"}, {0: "batch_size", 1: "total_sequence_length"}
    shapes = (rows, columns, rows, tuple({0: "batch_size", 2: "past_sequence_length"} for _ in cache))
    positions = torch.arange(old, old + new)[None].repeat(batch, 1)
    made = _export(CausalDecoder(model), (ids, torch.ones(batch, old + new, dtype=torch.int64), positions, *past), shapes,
                   names, ["logits", *(f"present.{name}" for name in cache)])
    _save(made, folder / "onnx" / "model.onnx")


class Assistant(nn.Module):
    """input_ids [1,T] -> the projection of every last hidden state (after the final norm), [1,T,d_base]."""

    def __init__(self, model: PreTrainedModel, projection: nn.Linear):
        super().__init__()
        self.model, self.projection = model, projection

    def forward(self, input_ids: Tensor) -> Tensor:
        place = torch.arange(input_ids.shape[1])
        seen = (place[None] <= place[:, None])[None, None]
        out = self.model(input_ids=input_ids, position_ids=place[None], attention_mask=torch.where(seen, 0.0, HIDDEN), use_cache=False)
        return self.projection(out.last_hidden_state)


def export_assistant(model: PreTrainedModel, projection: nn.Linear, placeholder: int, file: Path) -> None:
    """Writes the graph input_ids [1,T] -> soft_tokens [1,N,d_base]: the projections where the ids are `placeholder`."""
    model = model.eval().float()
    model.set_attn_implementation("eager")
    whole = Assistant(model.base_model, projection.float())
    made = _export(whole, (torch.zeros(1, 5, dtype=torch.int64),), ({1: "sequence_length"},), ["input_ids"], ["projected"])
    graph = made.graph
    node = helper.make_node
    graph.initializer.extend([helper.make_tensor("soft/id", TensorProto.INT64, [], [placeholder]), helper.make_tensor("soft/axis", TensorProto.INT64, [1], [0])])
    graph.node.extend([
        node("Equal", ["input_ids", "soft/id"], ["soft/is"]),
        node("NonZero", ["soft/is"], ["soft/places"]),  # [2,N]
        node("Transpose", ["soft/places"], ["soft/indices"], perm=[1, 0]),
        node("GatherND", ["projected", "soft/indices"], ["soft/rows"]),  # [N,d_base]
        node("Unsqueeze", ["soft/rows", "soft/axis"], ["soft_tokens"]),
    ])
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("soft_tokens", TensorProto.FLOAT, [1, "tokens", projection.out_features]))
    _save(made, file)


def _export(module: nn.Module, args: tuple, shapes: tuple, names: list[str], outputs: list[str]) -> onnx.ModelProto:
    # The exporter reports every pass on the console and in the log; what fails is raised.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(module, args, dynamo=True, verbose=False, opset_version=18, input_names=names, output_names=outputs,
                                    dynamic_shapes=shapes, external_data=False)
    made = program.model_proto
    # Where each node stood in somebody's Python code is a third of a small file, and tells a reader of the graph nothing.
    for node in made.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    return made


def _save(made: onnx.ModelProto, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    weights = file.with_name(f"{file.name}_data")
    weights.unlink(missing_ok=True)  # saving appends to it
    large = sum(len(each.raw_data) for each in made.graph.initializer) > LARGEST_INLINE
    onnx.save_model(made, file, save_as_external_data=large, location=weights.name)
