"""The controls of the methods that the base model was tuned for, from the shipped weights: what is left of a method's gain without it.

    python -m training.controls text           # LightThinker: the same text, tuned alike, with nothing folded and nothing evicted
    python -m training.controls no-rechecks    # early exits: the base tuned on chains that check nothing and stop once the answer is said
    python -m training.controls fixed-prompt   # SoftCoT: as many soft tokens, learnt alike, the same for every question
    python -m training.controls assistant      # SoftCoT: the assistant's own answers; nothing is trained

Each writes bench/controls/NAME. The tuned ones resume from training/runs/controls; the prompt takes some minutes and begins anew.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from . import corpus, softcot, styles
from .batches import stream
from .export import BASE, write_folder
from .lightthinker import light_stream
from .model import Config, Llama
from .shipped import shipped, shipped_softcot
from .tokenizer import load as load_tokenizer
from .train_base import RUNS
from .tuning import tune

FOLDER = Path(__file__).parent.parent / "bench/controls"


CHECKS = ("\nWait, let me check", "\nWait, is ")  # of a step just made; a mistake that is mended is none


def said_once(rng: random.Random, progress: float = 1.0) -> styles.Sample:
    """A sample of the base's mixture; a chain of thought checks no step and stops at its first "So …", where the answer is said."""
    made = corpus.sample(rng, progress)
    said = next((i for i, piece in enumerate(made.pieces) if piece.text.startswith("So ")), None)
    if made.system == styles.system_of("chain-of-thought") and said is not None:
        made.pieces = [*(piece for piece in made.pieces[: said + 1] if not piece.text.startswith(CHECKS)), made.pieces[-1]]
    return made


class FixedPrompt(nn.Module):
    """Soft tokens [N,D] that do not depend on the question; they start as the projection's do, as average tokens."""

    def __init__(self, base: Llama):
        super().__init__()
        mean = base.embed.weight.detach().mean(0)
        self.tokens = nn.Parameter(mean + 0.1 * mean.std() * torch.randn(softcot.TOKENS, base.c.d))

    def forward(self, problems: list) -> torch.Tensor:
        return self.tokens.expand(len(problems), -1, -1)


def fixed_prompt(args: argparse.Namespace) -> None:
    base = shipped().requires_grad_(False)
    prompt = FixedPrompt(base)
    opts = [torch.optim.AdamW(prompt.parameters(), lr=args.lr, weight_decay=0.0)]
    for group in opts[0].param_groups:
        group["base"] = group["lr"]
    batches = softcot.stream(args.seed + 1, softcot.solved_row)
    loss = lambda batch, problems: softcot.soft_loss(base, batch, prompt(problems))
    softcot.run("fixed", opts, batches, loss, prompt, args.steps, lambda step: {"tokens": prompt.state_dict(), "step": step})
    (FOLDER / "softcot-prompt").mkdir(parents=True, exist_ok=True)
    write_prompt(prompt, FOLDER / "softcot-prompt/softcot.onnx")
    softcot.compare(base, prompt, args.count, "valid")


def write_prompt(prompt: FixedPrompt, path: Path) -> None:
    """A graph like softcot.onnx (see training.softcot.export) that says the same whatever it reads."""
    value = prompt.tokens.detach().numpy()[None].astype(np.float32)
    made = helper.make_node("Constant", [], ["soft_tokens"], value=numpy_helper.from_array(value))
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "sequence"])
    out = helper.make_tensor_value_info("soft_tokens", TensorProto.FLOAT, list(value.shape))
    model = helper.make_model(helper.make_graph([made], "thoughtlens-fixed-prompt", [ids], [out]), opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)


def assistant_alone() -> None:
    """The assistant as a model of its own: the question, its placeholders, and the answer that it learnt to say there."""
    config = Config(vocab=load_tokenizer().get_vocab_size(), **softcot.ASSISTANT)
    assistant, _ = shipped_softcot(config)
    folder = FOLDER / "softcot-assistant"
    write_folder(assistant, folder, {"v": 1, "name": "SoftCoT's assistant alone", "methods": {}})
    told = json.loads((folder / "tokenizer_config.json").read_text("utf8"))
    told["chat_template"] = "{% for message in messages %}{% if message['role'] == 'user' %}{{ message['content'] }}{% endif %}{% endfor %}" + softcot.SOFT
    (folder / "tokenizer_config.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("control", choices=("text", "no-rechecks", "fixed-prompt", "assistant"))
    parser.add_argument("--steps", type=int, help="1200 of a tuned model, 400 of a prompt: as many as the method's own")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--lr", type=float, default=3e-3, help="of the fixed prompt")
    parser.add_argument("--count", type=int, default=200)
    args = parser.parse_args()
    args.steps = args.steps or (400 if args.control == "fixed-prompt" else 1200)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    for folder in (RUNS / "controls", RUNS / "softcot"):
        folder.mkdir(parents=True, exist_ok=True)
    if args.control == "assistant":
        assistant_alone()
    elif args.control == "fixed-prompt":
        fixed_prompt(args)
    elif args.control == "text":
        model = shipped()
        tune(model, RUNS / "controls/text.pt", lambda step: light_stream(args.seed * 1000003 + step, folded=False), args.steps)
        write_folder(model, FOLDER / "lightthinker-text", {"v": 1, "name": "LightThinker's text, nothing folded", "methods": {}})
    else:
        model = shipped()
        tune(model, RUNS / "controls/no-rechecks.pt", lambda step: stream(args.seed * 1000003 + step, lambda: 1.0, said_once), args.steps)
        write_folder(model, FOLDER / "no-rechecks", {**BASE, "name": "The base without planted re-checks"})


if __name__ == "__main__":
    main()
