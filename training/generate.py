"""Greedy decoding in batches, for measurements during training. The product's numbers come from the engine, not from here."""

from __future__ import annotations

import torch

from .model import HIDDEN, Llama
from .tokenizer import load


@torch.no_grad()
def greedy(model: Llama, prompts: list[list[int]], most: int, soft: torch.Tensor | None = None, batch: int = 50) -> list[list[int]]:
    """Continuations up to and without <|im_end|>, at most `most` tokens. soft [len(prompts),N,D] stands for the N <soft> ids."""
    end, placeholder = load().token_to_id("<|im_end|>"), load().token_to_id("<soft>")
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    out: list[list[int]] = [[] for _ in prompts]
    for first in range(0, len(order), batch):
        mine = order[first : first + batch]
        T = max(len(prompts[i]) for i in mine)
        ids = torch.zeros(len(mine), T, dtype=torch.long)
        real = torch.zeros(len(mine), T, dtype=torch.bool)
        for row, i in enumerate(mine):  # left padding
            ids[row, T - len(prompts[i]) :] = torch.tensor(prompts[i])
            real[row, T - len(prompts[i]) :] = True
        embeds = model.embed(ids)
        if soft is not None:
            embeds[ids == placeholder] = soft[mine].flatten(0, 1)
        positions = (real.cumsum(1) - 1).clamp(min=0)
        mask = torch.where(real[:, None, None] & torch.ones(T, T, dtype=torch.bool).tril(), 0.0, HIDDEN)
        hidden, past = model(embeds=embeds, positions=positions, mask=mask)
        at, alive = positions[:, -1:], list(range(len(mine)))
        for _ in range(most):
            token = model.logits(hidden[:, -1]).argmax(-1)
            for row, i in enumerate(alive):
                out[mine[i]].append(int(token[row]))
            keep = [row for row, t in enumerate(token.tolist()) if t != end]
            if not keep:
                break
            if len(keep) < len(alive):  # finished rows leave the batch
                alive = [alive[row] for row in keep]
                past = [(k[keep], v[keep]) for k, v in past]
                token, at, real = token[keep], at[keep], real[keep]
            at = at + 1
            real = torch.cat((real, torch.ones(len(alive), 1, dtype=torch.bool)), 1)
            hidden, past = model(token[:, None], positions=at, mask=torch.where(real, 0.0, HIDDEN)[:, None, None], past=past)
    return [ids[: ids.index(end)] if end in ids else ids for ids in out]
