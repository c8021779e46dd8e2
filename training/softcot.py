"""SoftCoT (arXiv 2502.12134, section 3): soft thoughts of a tiny assistant, projected into the frozen base model's prompt.

    python -m training.softcot assistant --steps 1500       # the assistant alone, from scratch
    python -m training.softcot project --steps 400          # one Linear, base and assistant frozen; writes softcot.onnx

The assistant reads the question and N placeholders <soft> and learns to say the answer after them, so that what it knows
gathers at the placeholders. In triage it also learns to say of each reading, where the question ends it, how bad it is:
without that it never found the limits, and its answers were guesses. Then both models are frozen. The last hidden states at the placeholders go through one Linear and
stand for N placeholders at the end of the base model's question; only the Linear learns, by cross-entropy on the solution.
The base answers without thinking (the prefill of no-thinking), since where it thinks at length there is little left to help.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from torch import Tensor, nn

from . import corpus, induction, styles
from .batches import Row, collate, encode, rounded
from .evaluate import answer_of, decode
from .export import Graph, decoder, rounded_weights
from .generate import greedy
from .model import Config, Llama, load, optimisers, set_rate
from .problems.problem import Problem
from .tokenizer import load as load_tokenizer
from .train_base import RUNS, loss_of, rate, save

TOKENS = 4  # N
SOFT = "<soft>" * TOKENS
FAMILIES = {"triage": 88, "arithmetic": 9, "prosqa": 3}
ASSISTANT = {"d": 128, "layers": 4, "heads": 2, "ffn": 320}
FOLDER = Path(__file__).parent.parent / "models/pocket/base"


def assistant_row(p: Problem) -> Row:
    row = Row()
    row.add(encode(p.question + SOFT), False)
    row.add(encode(p.answer + "<|im_end|>"), True)
    return row


def practice_row(p: Problem, rng: random.Random) -> Row:
    """Half of the assistant's rows: the sketch instead of the answer, whose many look-ups and comparisons teach faster."""
    if rng.random() < 0.5:
        return assistant_row(p)
    row = Row()
    row.add(encode(p.question), False)
    row.add(encode("\n" + "\n".join(styles.SKETCH[p.family](p)) + "<|im_end|>"), True)
    return row


def with_levels(batch: dict[str, Tensor], problems: list[Problem]) -> dict[str, Tensor]:
    """The batch with one more target at the last token of each reading in the question: the name of its level."""
    for b, p in enumerate(problems):
        if p.family != "triage":
            continue
        offsets = load_tokenizer().encode(p.question, add_special_tokens=False).offsets
        at = p.question.index("Readings:")
        for r in p.data["readings"]:
            told = f"{r.words} {r.value} {r.unit}"
            at = p.question.index(told, at) + len(told)
            last = next(i for i, (_, end) in enumerate(offsets) if end >= at)
            batch["targets"][b, last] = encode(f" {p.data['names'][r.level]}")[0]
    return batch


def base_prompt(p: Problem, soft: str = SOFT) -> list[int]:
    return encode(styles.chat(styles.system_of("no-thinking"), p.question + soft) + styles.PROMPTS["no-thinking"]["prefill"])


def stream(seed: int, row_of, budget: int = 4096):
    """Batches with the problems they were made from."""
    rng, waiting = random.Random(seed), {}
    while True:
        p = corpus.problem(corpus.pick(FAMILIES, rng), "train", rng)
        row = row_of(p)
        T = rounded(len(row.ids))
        waiting.setdefault(T, []).append((row, p))
        if len(waiting[T]) >= max(1, budget // T):
            made = waiting.pop(T)
            yield collate([r for r, _ in made], T), [p for _, p in made]


class Projection(nn.Module):
    """The assistant's final-norm states at the placeholders -> the base model's embedding space."""

    def __init__(self, assistant: Llama, base: Llama):
        super().__init__()
        self.assistant = [assistant]  # frozen, and not among this module's parameters
        self.linear = nn.Linear(assistant.c.d, base.c.d)
        self.linear.bias.data.copy_(base.embed.weight.mean(0))  # start as an average token

    def states(self, problems: list[Problem]) -> Tensor:
        """[B,N,d_assistant]"""
        batch = collate([assistant_row(p) for p in problems])
        with torch.no_grad():
            hidden, _ = self.assistant[0](batch["ids"], mask=batch["mask"])
        return hidden[batch["ids"] == load_tokenizer().token_to_id("<soft>")].view(len(problems), TOKENS, -1)

    def forward(self, problems: list[Problem]) -> Tensor:
        """[B,N,d_base]"""
        return self.linear(self.states(problems))


def solved_row(p: Problem) -> Row:
    """The base's prompt with placeholders, and the answer, which alone is learnt."""
    row = Row()
    row.add(base_prompt(p), False)
    row.add(encode(styles.closing(p.answer)), True)
    return row


def soft_loss(base: Llama, batch: dict[str, Tensor], soft: Tensor) -> Tensor:
    """Cross-entropy of the answers of a batch of `solved_row`s under soft tokens [B,N,D]."""
    where = (batch["ids"] == load_tokenizer().token_to_id("<soft>"))[..., None]
    with torch.autocast("cpu", torch.bfloat16):
        embeds = base.embed(batch["ids"]).masked_scatter(where, soft.float())
        hidden, _ = base(embeds=embeds, positions=batch["positions"], mask=batch["mask"].bfloat16())
        wanted = batch["targets"] >= 0
        logits = base.logits(hidden[wanted])
    return F.cross_entropy(logits.float(), batch["targets"][wanted])


def export(assistant: Llama, linear: nn.Linear, path: Path) -> None:
    """input_ids [1, sequence] (question and placeholders) -> soft_tokens [1, N, d_base]. The assistant's graph, cut before its head."""
    made = decoder(assistant.c, rounded_weights(assistant))
    g = Graph()
    nodes = [n for n in made.graph.node if n.output[0] not in ("logits", "lm_head.weight")]
    for n in range(assistant.c.layers):  # no past: what is new is all there is
        for kind in ("key", "value"):
            node = next(x for x in nodes if x.output[0] == f"present.{n}.{kind}")
            node.CopyFrom(helper.make_node("Identity", [node.input[1]], [node.output[0]], name=node.name))
    size = g.op("Shape", "input_ids", name="in/shape", start=1, end=2)
    count = g.op("Squeeze", size, g.ints(0), name="in/count")
    g.op("Unsqueeze", g.op("Range", g.const("zero", 0, np.int64), count, g.const("one", 1, np.int64), name="in/range"), g.ints(0), name="position_ids")
    g.op("ConstantOfShape", g.op("Shape", "input_ids", name="in/whole"), name="attention_mask", value=helper.make_tensor("v", TensorProto.INT64, [1], [1]))
    before, g.nodes = g.nodes, []
    placeholder = g.const("placeholder", load_tokenizer().token_to_id("<soft>"), np.int64)
    where = g.op("NonZero", g.op("Equal", "input_ids", placeholder, name="soft/is"), name="soft/where")  # [2,N]
    where = g.op("Transpose", where, name="soft/indices", perm=[1, 0])
    states = g.op("GatherND", "model.norm/out", where, name="soft/states")  # [N,d]
    projected = g.op("MatMul", states, g.weight("projection.weight", linear.weight.detach().numpy().T), name="soft/linear")
    biased = g.op("Add", projected, g.weight("projection.bias", linear.bias.detach().numpy()), name="soft/biased")
    g.op("Unsqueeze", biased, g.ints(0), name="soft_tokens")
    kept = {i.name: i for i in made.graph.initializer} | g.initializers
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "sequence"])
    out = helper.make_tensor_value_info("soft_tokens", TensorProto.FLOAT, [1, "tokens", linear.out_features])
    graph = helper.make_graph(before + nodes + g.nodes, "thoughtlens-softcot", [ids], [out], list(kept.values()))
    model = helper.make_model(graph, opset_imports=made.opset_import, producer_name="thoughtlens")
    model.ir_version = made.ir_version
    onnx.checker.check_model(model)
    onnx.save(model, path)


def run(name: str, opts, batches, step_loss, model: nn.Module, steps: int, state) -> None:
    shown, began = [], time.time()
    stop = RUNS / "softcot" / f"{name}.steps"
    step = 0
    while step < steps:
        set_rate(opts, rate(step, steps, warmup=30, decay=0.5))
        loss = step_loss(*next(batches))
        loss.backward()
        for o in opts:
            o.step()
            o.zero_grad()
        step += 1
        shown.append(loss.item())
        if step % 50 == 0:
            print(f"{name} {step}/{steps} loss {sum(shown) / len(shown):.4f} {time.time() - began:.0f} s", flush=True)
            shown = []
            save(RUNS / "softcot" / f"{name}.pt", **state(step))
            steps = int(stop.read_text()) if stop.exists() else steps
    save(RUNS / "softcot" / f"{name}.pt", **state(step))


@torch.no_grad()
def compare(base: Llama, projection: Projection, count: int, split: str) -> None:
    """Right answers with soft tokens, with none, and with those of another problem of the family (shuffled)."""
    for family in FAMILIES:
        problems = corpus.held_out(family, split, count, 11)
        soft = projection(problems)
        prompts = [base_prompt(p) for p in problems]
        tried = {"soft": (prompts, soft), "none": ([base_prompt(p, "") for p in problems], None), "shuffled": (prompts, soft.roll(1, 0))}
        right = {k: [answer_of(decode(x)) == p.answer for x, p in zip(greedy(base, q, 16, s), problems)] for k, (q, s) in tried.items()}
        print(family, {k: round(sum(v) / count, 3) for k, v in right.items()}, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=("assistant", "project"))
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--base", default=str(RUNS / "base/final.pt"))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    (RUNS / "softcot").mkdir(parents=True, exist_ok=True)
    if args.stage == "assistant":
        model = Llama(Config(vocab=load_tokenizer().get_vocab_size(), **ASSISTANT))
        induction.start(model)
        practice = random.Random(args.seed)
        state = lambda step: {"model": model.state_dict(), "config": model.c.to_dict(), "step": step}
        run("assistant", optimisers(model, muon_lr=0.01), stream(args.seed, lambda p: practice_row(p, practice)), lambda batch, problems: loss_of(model, with_levels(batch, problems))[0], model, args.steps, state)
        return
    base, _ = load(args.base)
    assistant, _ = load(str(RUNS / "softcot/assistant.pt"))
    base.requires_grad_(False)
    projection = Projection(assistant, base)
    opts = [torch.optim.AdamW(projection.parameters(), lr=3e-3, weight_decay=0.0)]
    for group in opts[0].param_groups:
        group["base"] = group["lr"]
    run("project", opts, stream(args.seed + 1, solved_row), lambda batch, problems: soft_loss(base, batch, projection(problems)), projection, args.steps, lambda step: {"linear": projection.linear.state_dict(), "step": step})
    export(assistant, projection.linear, FOLDER / "softcot.onnx")
    manifest = json.loads((FOLDER / "thoughtlens.json").read_text("utf8"))
    manifest["methods"]["softcot"] = {"file": "softcot.onnx", "placeholder": "<soft>", "tokens": TOKENS, "thinking": False}
    (FOLDER / "thoughtlens.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf8")
    compare(base, projection, args.count, "valid")


if __name__ == "__main__":
    main()
