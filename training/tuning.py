"""A trained model that goes on learning other texts: LightThinker, and the controls that are tuned as it is."""

from __future__ import annotations

import time
from pathlib import Path

import torch

from .model import Llama, optimisers, set_rate
from .train_base import loss_of, rate, save


def tune(model: Llama, path: Path, batches, steps: int) -> None:
    """Next-token loss over `steps` batches, with rates of 1e-3 and, for matrices, 0.005 that fall over the last 60 %; leaves the model in evaluation mode.

    path: the checkpoint, saved every hundred steps, from which it goes on; batches(step): the stream from there. A step number in a
    file `steps` beside it moves the end of a running schedule.
    """
    opts, step, began, shown = optimisers(model, lr=1e-3, muon_lr=0.005), 0, time.time(), []
    if path.exists():
        last = torch.load(path, weights_only=False)
        model.load_state_dict(last["model"])
        for o, state in zip(opts, last["opts"]):
            o.load_state_dict(state)
        step = last["step"]
    model.train()
    made, moved = batches(step), path.parent / "steps"
    while step < steps:
        set_rate(opts, rate(step, steps, warmup=30, decay=0.6))
        loss, hit = loss_of(model, next(made))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in opts:
            o.step()
            o.zero_grad()
        step += 1
        shown.append((loss.item(), hit.float().mean().item()))
        if step % 20 == 0:
            mean = [sum(x) / len(shown) for x in zip(*shown)]
            print(f"{path.stem} {step}/{steps} loss {mean[0]:.4f} right {mean[1]:.4f} {time.time() - began:.0f} s", flush=True)
            shown = []
            steps = int(moved.read_text()) if moved.exists() else steps
        if step % 100 == 0 or step == steps:
            save(path, model=model.state_dict(), config=model.c.to_dict(), step=step, opts=[o.state_dict() for o in opts])
    model.eval()
