"""Start the first two layers as an induction circuit (Olsson et al. 2022, arXiv 2209.11895), which training then refines.

From a plain random start, looking things up in the question did not appear within 500 steps, and nothing else is learnt before
it. So layer 0's heads begin as "one, two, three tokens back", and layer 1's as "where did what I see stand before, and what
followed it". Nothing of the architecture changes: these are values of ordinary Llama matrices.

How the heads find an offset: coordinate 0 is the same in every embedding. Queries made of it alone, and keys made of it with the
phase that the rotation gains over n tokens, match best n tokens back. How layer 1 compares contents over a distance: with the
slow frequencies only, which hardly turn within a few hundred tokens.
"""

from __future__ import annotations

import torch

from .model import Llama

CONSTANT, SPREAD = 4.0, 0.7  # coordinate 0 of all embeddings, and the deviation of the others
FINAL = 0.1  # of the last norm: keeps the tied head's first logits small


@torch.no_grad()
def start(model: Llama, sharp: float = 5.3, alike: float = 2.2, noise: float = 0.2) -> None:
    c = model.c
    E, half, d = c.head_dim, c.head_dim // 2, c.d
    model.embed.weight.normal_(std=SPREAD)
    model.embed.weight[:, 0] = CONSTANT
    model.norm.weight.fill_(FINAL)
    theta = c.theta ** (-torch.arange(half) / half)  # [E/2]
    seen = CONSTANT / (SPREAD**2 + CONSTANT**2 / d) ** 0.5  # coordinate 0 after the norm
    content = torch.linalg.qr(torch.randn(d, E))[0].T  # [E,d], what a layer-0 head carries over of a token
    content[:, 0] = 0
    apart = torch.linalg.qr(torch.randn(c.heads * E, d).T)[0]  # [d,H*E], where each head writes it

    first, second = model.blocks[0], model.blocks[1]
    for p in (first.q, first.k, second.q, second.k):
        p.weight.mul_(noise)
    for h in range(c.heads):
        rows = slice(h * E, h * E + half), slice(h * E + half, (h + 1) * E)
        first.q.weight[rows[0], 0] += sharp / seen
        first.k.weight[rows[0], 0] += sharp / seen * torch.cos(theta * (h + 1))
        first.k.weight[rows[1], 0] += sharp / seen * torch.sin(theta * (h + 1))
        first.v.weight[h * E : (h + 1) * E] = content
    first.o.weight.copy_(apart)

    slow = 12  # pairs of coordinates
    mix = torch.linalg.qr(torch.randn(E, 2 * slow))[0].T  # [2*slow,E]
    reads = [mix @ content] + [mix @ apart[:, h * E : (h + 1) * E].T for h in range(c.heads)]  # [2*slow,d]: own, 1, 2, 3 back
    for h in range(c.heads):
        at = [*range(h * E + half - slow, h * E + half), *range((h + 1) * E - slow, (h + 1) * E)]
        second.q.weight[at] += alike * reads[h]
        second.k.weight[at] += alike * reads[h + 1]
    copied = torch.linalg.qr(torch.randn(d, c.heads * E))[0]  # [d,H*E]
    second.v.weight.copy_(copied.T)
    second.o.weight.copy_(copied)
