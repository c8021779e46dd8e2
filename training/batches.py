"""Samples -> padded tensors with positions, targets and an additive mask.

A row holds a prompt, the main text and then the branches: each branch starts at a cut of the main text, counts its positions
on from there, and sees the main text only up to the cut. So a trial answer costs its own few tokens and no second prompt.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import torch

from . import corpus, styles
from .model import HIDDEN
from .tokenizer import load

BEHIND = 1 << 30


class Row:
    """ids, positions, loss (is the token a target), see (main-text tokens visible from a branch), branch (0 = main)."""

    def __init__(self):
        self.ids: list[int] = []
        self.positions: list[int] = []
        self.loss: list[bool] = []
        self.see: list[int] = []
        self.branch: list[int] = []

    def add(self, ids: list[int], loss: bool, at: int | None = None, see: int = BEHIND, branch: int = 0) -> None:
        start = len(self.ids) if at is None else at
        self.ids += ids
        self.positions += range(start, start + len(ids))
        self.loss += [loss] * len(ids)
        self.see += [see] * len(ids)
        self.branch += [branch] * len(ids)


def encode(text: str) -> list[int]:
    return load().encode(text, add_special_tokens=False).ids


def row_of(s: styles.Sample, rng: random.Random) -> Row:
    row, cuts = Row(), []
    row.add(encode(s.prompt()), False)
    for piece in s.pieces:
        row.add(encode(piece.text), piece.loss)
        if piece.cut:
            cuts.append((len(row.ids), piece.text.endswith("\n")))
    thinking = s.pieces[0].text == "<think>\n"
    if not s.branches:
        return row
    plans = []
    if thinking and s.branches > 1:
        plans += [(0, "stop"), (rng.randrange(len(cuts)), "stop")]  # the first one is no-thinking
    so = [i for i, p in enumerate(x for x in s.pieces if x.cut) if p.text.startswith(("So ", "\nWait", "\nAlternatively"))]
    for n in range(s.branches):  # half of the trials where early exit will ask: at the end of a paragraph
        plans.append((max(0, rng.choice(so) - rng.randrange(2)) if so and n % 2 else rng.randrange(len(cuts)), "trial"))
    for number, (cut, kind) in enumerate(plans, 1):
        at, newline = cuts[cut]
        if newline and cut and rng.random() < 0.4:
            at -= 1  # before the line's end
        lead = styles.INDUCER if kind == "trial" else "</think>\n\n" if cut == 0 else "\n</think>\n\n"
        lead_ids = encode(lead)
        row.add(lead_ids, False, at, at, number)
        row.add(encode(f"{s.answer}}}" if kind == "trial" else styles.closing(s.answer)), True, at + len(lead_ids), at, number)
    return row


def collate(rows: list[Row], T: int | None = None, pad: int = 0) -> dict[str, torch.Tensor]:
    """ids, positions [B,T]; targets [B,T] with -100 where there is none; mask [B,1,T,T]. Targets are shifted by one already."""
    T = T or max(len(r.ids) for r in rows)
    B = len(rows)
    ids, positions, targets = np.full((B, T), pad), np.zeros((B, T), int), np.full((B, T), -100)
    see, branch = np.full((B, T), BEHIND), np.full((B, T), -1)
    for b, r in enumerate(rows):
        n = len(r.ids)
        ids[b, :n], positions[b, :n], see[b, :n], branch[b, :n] = r.ids, r.positions, r.see, r.branch
        nxt = np.array(r.ids[1:] + [pad])
        same = np.array(r.branch[1:] + [-2]) == np.array(r.branch)
        wanted = np.array(r.loss[1:] + [False]) & same
        targets[b, :n][wanted] = nxt[wanted]
    order = np.arange(T)
    before = order[None, :] <= order[:, None]  # [T,T]
    own = branch[:, :, None] == branch[:, None, :]
    main = (branch[:, None, :] == 0) & (order[None, None, :] < see[:, :, None])
    mask = np.where(before[None] & (own | main), np.float32(0), np.float32(HIDDEN))[:, None]
    return {k: torch.from_numpy(v) for k, v in (("ids", ids), ("positions", positions), ("targets", targets), ("mask", mask))}


def pack(rows: list[Row], budget: int, rng: random.Random) -> list[list[Row]]:
    """Rows of like length together, at most `budget` padded tokens a batch."""
    rows = sorted(rows, key=lambda r: len(r.ids))
    out: list[list[Row]] = [[]]
    for r in rows:
        if out[-1] and (len(out[-1]) + 1) * len(r.ids) > budget:
            out.append([])
        out[-1].append(r)
    rng.shuffle(out)
    return out


def rounded(n: int) -> int:
    """Lengths come in few sizes, since the CPU's kernels are compiled anew for every new shape."""
    grain = 32 if n <= 384 else 64 if n <= 768 else 256
    return -(-n // grain) * grain


def stream(seed: int, progress, sample=corpus.sample, budget: int = 4096, pool: int = 256) -> Iterator[dict[str, torch.Tensor]]:
    """Endless training batches of `budget` tokens in rows of one length; progress() tells the curriculum's stage, `sample` what is drawn."""
    rng, waiting = random.Random(seed), {}
    while True:
        full, stage = [], progress()
        for _ in range(pool):
            row = row_of(sample(rng, stage), rng)
            T = rounded(len(row.ids))
            waiting.setdefault(T, []).append(row)
            if len(waiting[T]) >= max(1, budget // T):
                full.append((waiting.pop(T), T))
        rng.shuffle(full)
        for rows, T in full:
            yield collate(rows, T)
