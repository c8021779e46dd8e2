"""Train the base model: next-token loss on what the assistant writes, all families and styles in one stream.

    python -m training.train_base --steps 4200        # resumes from training/runs/base/last.pt

Warm-up, a long stretch at the full rate, then a linear decay over the last 60 % (WSD): so the end can be moved while it
runs, by writing a step number into training/runs/base/steps. Small graphs, short stories and plain look-ups come first: looking
things up in the question is the skill that everything else waits for, and on full-size problems alone it does not appear. The
curriculum moves on whenever 83 % of the targets are right. Seed 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from . import corpus, induction, styles
from .batches import collate, pack, row_of, stream
from .model import Config, Llama, optimisers, set_rate
from .tokenizer import load

RUNS = Path(__file__).parent / "runs"


def rate(step: int, total: int, warmup: int = 100, decay: float = 0.6) -> float:
    return min(1.0, (step + 1) / warmup, max(0.0, (total - step) / (decay * total)))


def loss_of(model: Llama, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean cross-entropy over the targets, and which of them [N] were predicted."""
    where = (batch["targets"].flatten() >= 0).nonzero()[:, 0]  # [N]
    count = len(where)
    where = F.pad(where, (0, -count % 512))  # few different shapes, see batches.rounded
    with torch.autocast("cpu", torch.bfloat16):
        hidden, _ = model(batch["ids"], positions=batch["positions"], mask=batch["mask"].bfloat16())
        logits = model.logits(hidden.flatten(0, 1)[where])[:count].float()  # [N,V]
    targets = batch["targets"].flatten()[where[:count]]
    with torch.no_grad():
        hit = logits.argmax(-1) == targets
    return F.cross_entropy(logits, targets), hit


@torch.no_grad()
def measure(model: Llama, count: int = 12) -> dict[str, str]:
    """Per family and style on valid: share of right tokens, and of samples with every token right (greedy writes just that)."""
    rng, out = random.Random(5), {}
    model.eval()
    for family, made in corpus.STYLES.items():
        for style in made:
            samples = [getattr(styles, style)(corpus.problem(family, "valid", rng), rng) for _ in range(count)]
            for s in samples:
                s.branches = min(s.branches, 3)
            right = whole = total = 0
            for rows in pack([row_of(s, rng) for s in samples], 8192, rng):
                batch = collate(rows)
                _, hit = loss_of(model, batch)
                grid = torch.ones_like(batch["targets"], dtype=torch.bool)
                grid[batch["targets"] >= 0] = hit
                main = torch.zeros_like(grid)
                for b, r in enumerate(rows):
                    main[b, : sum(x == 0 for x in r.branch) - 1] = True
                whole += (grid | ~main).all(1).sum().item()
                right, total = right + hit.sum().item(), total + len(hit)
            out[f"{family}/{style}"] = f"{right / total:.3f} {whole}/{count}"
    model.train()
    return out


def save(path: Path, **state) -> None:
    torch.save(state, path.with_suffix(".tmp"))
    os.replace(path.with_suffix(".tmp"), path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=4200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", default="base")
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak", type=float, default=1.0, help="share of the optimisers' full rates; small batches are noisy")
    parser.add_argument("--decay", type=float, default=0.6, help="share of the steps over which the rate falls to nothing")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    folder = RUNS / args.run
    folder.mkdir(parents=True, exist_ok=True)
    config = Config(vocab=load().get_vocab_size(), layers=args.layers)
    model = Llama(config)
    induction.start(model)
    opts = optimisers(model)
    step, tokens, spent, progress, ease = 0, 0, 0.0, 0.0, 0.0
    if (folder / "last.pt").exists():
        saved = torch.load(folder / "last.pt", weights_only=False)
        model.load_state_dict(saved["model"])
        for o, state in zip(opts, saved["opts"]):
            o.load_state_dict(state)
        step, tokens, spent, progress = saved["step"], saved["tokens"], saved["seconds"], saved["progress"]
    batches = stream(args.seed * 1000003 + step, lambda: progress)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, from step {step}", flush=True)
    total, began, shown = args.steps, time.time() - spent, []
    while step < total:
        batch = next(batches)
        set_rate(opts, args.peak * rate(step, total, decay=args.decay))
        loss, hit = loss_of(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in opts:
            o.step()
            o.zero_grad()
        step, tokens = step + 1, tokens + batch["ids"].numel()
        shown.append((loss.item(), hit.float().mean().item()))
        ease = 0.95 * ease + 0.05 * shown[-1][1]
        if ease > 0.83 and progress < 1:
            progress = min(1.0, progress + 0.004)
        if step % 20 == 0:
            mean = [sum(x) / len(shown) for x in zip(*shown)]
            print(f"step {step}/{total} loss {mean[0]:.4f} right {mean[1]:.4f} stage {progress:.2f} tokens {tokens / 1e6:.2f}M {tokens / (time.time() - began):.0f}/s", flush=True)
            shown = []
            if (folder / "steps").exists():
                total = int((folder / "steps").read_text())
        if step % 100 == 0 or step == total:
            state = {"model": model.state_dict(), "config": config.to_dict(), "step": step, "tokens": tokens, "progress": progress, "seconds": time.time() - began, "seed": args.seed}
            save(folder / "last.pt", **state, opts=[o.state_dict() for o in opts])
        if step % 1000 == 0 or step == total:
            print(json.dumps(measure(model)), flush=True)
    save(folder / "final.pt", **state)


if __name__ == "__main__":
    main()
