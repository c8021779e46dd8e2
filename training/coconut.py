"""Trains the pocket Coconut model and its controls on ProsQA, from one seed.

Coconut (arXiv 2412.06769, section 3): after <bot> the final-norm hidden state is the next input embedding, k times, then <eot>
and the answer. Superposition (arXiv 2505.12514): latent k can hold the whole frontier of a breadth-first search. Here that is
*supervised*: <bot> is asked for the root, latent k for the nodes that a walk of k edges reaches, spread evenly.

    python -m training.coconut lookup            # stage 1: children of random node sets; shared by all that follow
    python -m training.coconut latent            # stage 2: six fed-back states
    python -m training.coconut pause             # control: a fixed <pause> embedding in place of each fed-back state, and no ideal latents
    python -m training.coconut mixture           # control: the same on exactly Coconut's mixture, ideal latents and all
    python -m training.coconut words             # control: chain of thought, the path in sentences between <bot> and <eot>
    python -m training.coconut curriculum        # control: the paper's own curriculum, no latent is shown a frontier

Each stage resumes from training/runs/coconut/<stage>.pt; `--steps` may be raised to go on (see `rate`).
"""

import argparse
import os
import time

import torch
from torch import nn

from training.coconut_batches import Batches, make_pool
from training.coconut_controls import curriculum_loss, level_of, words_loss
from training.coconut_losses import step_loss
from training.coconut_model import Thinker, gentle_tables
from training.model import optimisers, set_rate

RUNS = os.path.join(os.path.dirname(__file__), "runs", "coconut")
STAGES = {"lookup": 0, "latent": 0, "pause": 1, "mixture": 2, "words": 3, "curriculum": 4}  # and what is added to the seed of their batches


def rate(step, steps, decay):
    """Factor of the learning rates: 30 steps of warm-up, constant, then down to 2 % over the last `decay` steps."""
    return min(1.0, (step + 1) / 30, max(0.02, (steps - step) / max(decay, 1)))


def save(path, model, opts, step, figures, extra):
    """Checkpoint that training.model.load reads as well; written beside and moved, so that a stop leaves a whole file."""
    torch.save({"config": model.llama.c.to_dict(), "model": model.plain().state_dict(), "thinker": model.state_dict(),
                "opts": [opt.state_dict() for opt in opts], "step": step, "figures": figures, **extra}, path + ".tmp")
    os.replace(path + ".tmp", path)


def train(stage, args):
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    pool = make_pool(os.path.join(RUNS, "train.npz"), "train", args.graphs, 1)
    model = Thinker()
    opts = gentle_tables(model, optimisers(model, args.lr, args.muon, weight_decay=0.1), args.lr / 4)
    own = os.path.join(RUNS, f"{stage}.pt")
    path = args.resume or (own if os.path.exists(own) else None)
    source = path or (os.path.join(RUNS, "lookup.pt") if stage != "lookup" else None)
    step, extra, mean = 0, {"limit": 7}, {}
    if source:
        saved = torch.load(source, weights_only=False)
        model.load_state_dict(saved["thinker"])
        for opt, state in zip(opts, saved["opts"]):
            opt.load_state_dict(state)
        if path:
            step, extra = saved["step"], {"limit": saved["limit"]}
            torch.manual_seed(args.seed + step)
    batches = Batches(pool, args.batch, args.seed + 1000 * step + STAGES[stage])
    queries = args.queries if stage == "lookup" else args.queries // 2
    began, seen = time.time(), 0
    while step < args.steps:
        if stage == "curriculum" and level_of(step, args.steps) != level_of(step - 1, args.steps):
            for opt in opts:  # as the authors do where a new stage begins
                opt.state.clear()
        limit = extra["limit"] if stage == "lookup" and extra["limit"] < 29 else None
        batch = batches.next(limit)
        set_rate(opts, args.scale * rate(step, args.steps, args.decay))
        with torch.autocast("cpu", torch.bfloat16):
            sets = batches.node_sets(batch, queries)
            if stage == "words":
                loss, figures = words_loss(model, batch, sets)
            elif stage == "curriculum":
                loss, figures = curriculum_loss(model, batch, sets, level_of(step, args.steps))
            else:
                loss, figures = step_loss(model, batch, sets, stage)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
        step, seen = step + 1, seen + 1
        for key, value in figures.items():
            value = torch.tensor(value)
            mean[key] = value if key not in mean else 0.9 * mean[key] + 0.1 * value
        if limit and mean["lookup"] > 0.88:
            extra["limit"] += 4
            mean = {}
        if step % 20 == 0:
            shown = "  ".join(f"{k} {[round(x, 3) for x in v.tolist()] if v.dim() else round(v.item(), 4)}" for k, v in mean.items())
            speed = (time.time() - began) / seen
            print(f"{stage} {step}  loss {loss.item():.3f}  limit {limit}  {shown}  {speed:.2f} s/step", flush=True)
        done = stage == "lookup" and limit is None and mean["lookup"] > args.until
        if step % 100 == 0 or step == args.steps or done:
            save(own, model, opts, step, {k: v.tolist() for k, v in mean.items()}, extra)
        if step == args.steps - args.decay:
            save(own.replace(".pt", "-constant.pt"), model, opts, step, {}, extra)
        if done:
            break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=list(STAGES))
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--decay", type=int, default=0, help="steps of falling rate at the end")
    parser.add_argument("--until", type=float, default=0.975, help="look-up mass that ends the first stage")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--queries", type=int, default=28)
    parser.add_argument("--graphs", type=int, default=80000)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--muon", type=float, default=0.02)
    parser.add_argument("--scale", type=float, default=1.0, help="factor on both rates")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", help="checkpoint to start from instead of the stage's own")
    chosen = parser.parse_args()
    train(chosen.stage, chosen)
