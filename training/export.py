"""Write a model as a Hugging Face folder: config, tokenizer and an ONNX graph built node by node.

    python -m training.export training/runs/base/last.pt models/pocket/base

The graph is the plain hub decoder (input_ids, attention_mask, position_ids, past_key_values.* -> logits, present.*) in opset
17, attention written out. Weights are stored as float16 and cast at load, the embedding once for look-up and head.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from . import tokenizer as tok
from .model import HIDDEN, Config, Llama, load

OPSET = 17


class Graph:
    """Collects nodes and initializers; op() returns the name of its output."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def op(self, kind: str, *inputs: str, name: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def const(self, name: str, value, dtype) -> str:
        self.initializers.setdefault(name, numpy_helper.from_array(np.array(value, dtype), name))
        return name

    def weight(self, name: str, value: np.ndarray) -> str:
        """A float32 value whose stored form is float16."""
        self.initializers[f"{name}.f16"] = numpy_helper.from_array(value.astype(np.float16), f"{name}.f16")
        return self.op("Cast", f"{name}.f16", name=name, to=TensorProto.FLOAT)

    def ints(self, *values: int) -> str:
        return self.const("i" + "_".join(map(str, values)).replace("-", "m"), values, np.int64)

    def norm(self, x: str, weight: np.ndarray, eps: float, at: str) -> str:
        squares = self.op("Mul", x, x, name=f"{at}/square")
        mean = self.op("ReduceMean", squares, name=f"{at}/mean", axes=[-1], keepdims=1)
        root = self.op("Sqrt", self.op("Add", mean, self.const("eps", eps, np.float32), name=f"{at}/eps"), name=f"{at}/root")
        return self.op("Mul", self.op("Div", x, root, name=f"{at}/div"), self.weight(f"{at}.weight", weight), name=f"{at}/out")

    def linear(self, x: str, weight: np.ndarray, at: str) -> str:
        """weight as PyTorch keeps it, [out,in]."""
        return self.op("MatMul", x, self.weight(f"{at}.weight", weight.T), name=f"{at}/out")

    def rotate(self, x: str, half: int, cos: str, sin: str, at: str) -> str:
        """x [B,H,T,E]."""
        first = self.op("Slice", x, self.ints(0), self.ints(half), self.ints(3), name=f"{at}/first")
        second = self.op("Slice", x, self.ints(half), self.ints(2 * half), self.ints(3), name=f"{at}/second")
        turned = self.op("Concat", self.op("Neg", second, name=f"{at}/neg"), first, name=f"{at}/turned", axis=-1)
        a, b = self.op("Mul", x, cos, name=f"{at}/cos"), self.op("Mul", turned, sin, name=f"{at}/sin")
        return self.op("Add", a, b, name=f"{at}/out")


def decoder(c: Config, w: dict[str, np.ndarray]) -> onnx.ModelProto:
    g, H, E = Graph(), c.heads, c.head_dim
    # Positions -> cos, sin [B,1,T,E]
    where = g.op("Cast", g.op("Unsqueeze", "position_ids", g.ints(1, 3), name="rope/positions"), name="rope/float", to=TensorProto.FLOAT)
    inverse = c.theta ** (-np.arange(0, E, 2, dtype=np.float32) / E)
    angles = g.op("Mul", where, g.const("rope/inverse", inverse[None, None, None], np.float32), name="rope/angles")
    angles = g.op("Concat", angles, angles, name="rope/both", axis=-1)
    cos, sin = g.op("Cos", angles, name="rope/cos"), g.op("Sin", angles, name="rope/sin")
    # Additive mask [B,1,T,S]: a row sees the columns up to its own that attention_mask allows
    size = g.op("Shape", "attention_mask", name="mask/shape", start=1, end=2)
    new = g.op("Shape", "input_ids", name="mask/new", start=1, end=2)
    total = g.op("Squeeze", size, g.ints(0), name="mask/total")
    past = g.op("Squeeze", g.op("Sub", size, new, name="mask/past"), g.ints(0), name="mask/first")
    zero, one = g.const("zero", 0, np.int64), g.const("one", 1, np.int64)
    columns = g.op("Range", zero, total, one, name="mask/columns")
    rows = g.op("Unsqueeze", g.op("Range", past, total, one, name="mask/range"), g.ints(1), name="mask/rows")
    causal = g.op("LessOrEqual", columns, rows, name="mask/causal")  # [T,S]
    real = g.op("Cast", g.op("Unsqueeze", "attention_mask", g.ints(1, 2), name="mask/4d"), name="mask/real", to=TensorProto.BOOL)
    mask = g.op("Where", g.op("And", causal, real, name="mask/seen"), g.const("seen", 0, np.float32), g.const("hidden", HIDDEN, np.float32), name="mask/out")
    embed = g.weight("model.embed_tokens.weight", w["embed.weight"])
    x = g.op("Gather", embed, "input_ids", name="model.embed_tokens/out")
    for n in range(c.layers):
        at, p = f"model.layers.{n}", f"blocks.{n}"
        y = g.norm(x, w[f"{p}.norm1.weight"], c.eps, f"{at}.input_layernorm")
        heads = {}
        for kind in "qkv":
            flat = g.linear(y, w[f"{p}.{kind}.weight"], f"{at}.self_attn.{kind}_proj")
            split = g.op("Reshape", flat, g.ints(0, 0, H, E), name=f"{at}.self_attn.{kind}/split")
            heads[kind] = g.op("Transpose", split, name=f"{at}.self_attn.{kind}/heads", perm=[0, 2, 1, 3])  # [B,H,T,E]
        q = g.rotate(heads["q"], E // 2, cos, sin, f"{at}.self_attn.q/rope")
        k = g.rotate(heads["k"], E // 2, cos, sin, f"{at}.self_attn.k/rope")
        k = g.op("Concat", f"past_key_values.{n}.key", k, name=f"present.{n}.key", axis=2)  # [B,H,S,E]
        v = g.op("Concat", f"past_key_values.{n}.value", heads["v"], name=f"present.{n}.value", axis=2)
        q = g.op("Mul", q, g.const("scale", E**-0.5, np.float32), name=f"{at}.self_attn/scaled")
        scores = g.op("MatMul", q, g.op("Transpose", k, name=f"{at}.self_attn/kt", perm=[0, 1, 3, 2]), name=f"{at}.self_attn/scores")
        weights = g.op("Softmax", g.op("Add", scores, mask, name=f"{at}.self_attn/masked"), name=f"{at}.self_attn/weights", axis=-1)
        mixed = g.op("Transpose", g.op("MatMul", weights, v, name=f"{at}.self_attn/mixed"), name=f"{at}.self_attn/back", perm=[0, 2, 1, 3])
        mixed = g.op("Reshape", mixed, g.ints(0, 0, H * E), name=f"{at}.self_attn/flat")
        x = g.op("Add", x, g.linear(mixed, w[f"{p}.o.weight"], f"{at}.self_attn.o_proj"), name=f"{at}.self_attn/out")
        y = g.norm(x, w[f"{p}.norm2.weight"], c.eps, f"{at}.post_attention_layernorm")
        gate, up = (g.linear(y, w[f"{p}.{kind}.weight"], f"{at}.mlp.{kind}_proj") for kind in ("gate", "up"))
        silu = g.op("Mul", gate, g.op("Sigmoid", gate, name=f"{at}.mlp/sigmoid"), name=f"{at}.mlp/silu")
        down = g.linear(g.op("Mul", silu, up, name=f"{at}.mlp/gated"), w[f"{p}.down.weight"], f"{at}.mlp.down_proj")
        x = g.op("Add", x, down, name=f"{at}.mlp/out")
    x = g.norm(x, w["norm.weight"], c.eps, "model.norm")
    g.op("MatMul", x, g.op("Transpose", embed, name="lm_head.weight", perm=[1, 0]), name="logits")

    def value(name, kind, *shape):
        return helper.make_tensor_value_info(name, kind, shape)

    inputs = [value("input_ids", TensorProto.INT64, "batch", "sequence"), value("attention_mask", TensorProto.INT64, "batch", "total"), value("position_ids", TensorProto.INT64, "batch", "sequence")]
    outputs = [value("logits", TensorProto.FLOAT, "batch", "sequence", c.vocab)]
    for n in range(c.layers):
        for kind in ("key", "value"):
            inputs.append(value(f"past_key_values.{n}.{kind}", TensorProto.FLOAT, "batch", H, "past", E))
            outputs.append(value(f"present.{n}.{kind}", TensorProto.FLOAT, "batch", H, "total", E))
    graph = helper.make_graph(g.nodes, "thoughtlens-pocket", inputs, outputs, list(g.initializers.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="thoughtlens")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def rounded_weights(model: Llama) -> dict[str, np.ndarray]:
    """The weights as the file will give them back."""
    return {name: p.detach().float().numpy().astype(np.float16).astype(np.float32) for name, p in model.state_dict().items()}


def base_ids() -> dict:
    ids = tok.load()
    return {"bos_token_id": ids.token_to_id("<|im_start|>"), "eos_token_id": ids.token_to_id("<|im_end|>"), "pad_token_id": ids.token_to_id("<|pad|>")}


def hub_config(c: Config, special: dict | None = None) -> dict:
    """special: the ids of bos, eos and pad, the base's without it."""
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": c.vocab, "hidden_size": c.d, "intermediate_size": c.ffn, "num_hidden_layers": c.layers,
        "num_attention_heads": c.heads, "num_key_value_heads": c.heads, "head_dim": c.head_dim, "hidden_act": "silu", "rms_norm_eps": c.eps, "rope_theta": c.theta,
        "rope_scaling": None, "max_position_embeddings": c.max_positions, "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": True, "torch_dtype": "float32",
        "use_cache": True, **(special or base_ids()),
    }


def write_folder(model: Llama, folder: Path, manifest: dict, special: dict | None = None, tokenizer: dict[str, dict] | None = None) -> None:
    """config.json, generation_config.json, tokenizer, thoughtlens.json and onnx/model.onnx; the card is written by hand.

    special: ids of bos, eos and pad; tokenizer: contents of its files by name without .json. The base's without them."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    config = hub_config(model.c, special)
    special = {k: config[k] for k in ("bos_token_id", "eos_token_id", "pad_token_id")}
    for name, data in (("config", config), ("generation_config", {**special, "do_sample": False, "max_length": model.c.max_positions}), ("thoughtlens", manifest), *(tokenizer or {}).items()):
        (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf8")
    if tokenizer is None and folder.resolve() != tok.FOLDER.resolve():
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(tok.FOLDER / name, folder / name)
    onnx.save(decoder(model.c, rounded_weights(model)), folder / "onnx/model.onnx")


BASE = {
    "v": 1, "name": "Thoughtlens pocket base",
    "methods": {
        "chain-of-draft": {"shots": 0},
        "sketch-of-thought": {"shots": 0},
        "inftythink": {"protocol": "trained", "history": "question", "roundTokens": 256, "summaryTokens": 32},
    },
}

if __name__ == "__main__":
    model, saved = load(sys.argv[1])
    write_folder(model, Path(sys.argv[2]), BASE)
    print(f"step {saved['step']}, {(Path(sys.argv[2]) / 'onnx/model.onnx').stat().st_size / 1e6:.2f} MB")
