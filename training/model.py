"""A Llama in plain PyTorch, the architecture of every pocket model.

RMSNorm (Zhang & Sennrich 2019), SwiGLU (Shazeer 2020), rotary positions in the rotate-half layout (Su et al. 2021) and tied
embeddings, wired exactly as Hugging Face's LlamaForCausalLM, so that the exported folder loads there unchanged. Attention is
written out as two products and a softmax: on CPUs its backward is faster than the fused one, and any additive mask can be given.

Shapes: B sequences, T tokens, S past + T, D width, H heads, E head width, V vocabulary.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HIDDEN = -1e9  # what a mask adds where a row must not look


@dataclass
class Config:
    vocab: int = 1536
    d: int = 192
    layers: int = 4
    heads: int = 3
    head_dim: int = 64
    ffn: int = 512
    theta: float = 10000.0
    eps: float = 1e-5
    max_positions: int = 2048

    def to_dict(self) -> dict:
        return asdict(self)


class RMSNorm(nn.Module):
    def __init__(self, d: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        y = x.float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)
        return (y * self.weight).to(x.dtype)


def rotary(positions: Tensor, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """cos and sin [B,1,T,E] of positions [B,T]; both halves of E hold the same angles."""
    inverse = theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float32, device=positions.device) / head_dim)  # [E/2]
    angles = positions.float()[:, None, :, None] * inverse  # [B,1,T,E/2]
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (x[i], x[i + E/2]) of x [B,H,T,E] by its angle."""
    a, b = x.chunk(2, -1)
    return x * cos.to(x.dtype) + torch.cat((-b, a), -1) * sin.to(x.dtype)


class Block(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        inner = c.heads * c.head_dim
        self.c = c
        self.norm1 = RMSNorm(c.d, c.eps)
        self.q = nn.Linear(c.d, inner, bias=False)
        self.k = nn.Linear(c.d, inner, bias=False)
        self.v = nn.Linear(c.d, inner, bias=False)
        self.o = nn.Linear(inner, c.d, bias=False)
        self.norm2 = RMSNorm(c.d, c.eps)
        self.gate = nn.Linear(c.d, c.ffn, bias=False)
        self.up = nn.Linear(c.d, c.ffn, bias=False)
        self.down = nn.Linear(c.ffn, c.d, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, past: tuple[Tensor, Tensor] | None):
        B, T, _ = x.shape
        H, E = self.c.heads, self.c.head_dim
        y = self.norm1(x)
        q, k, v = (f(y).view(B, T, H, E).transpose(1, 2) for f in (self.q, self.k, self.v))  # [B,H,T,E]
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if past is not None:
            k, v = torch.cat((past[0], k), 2), torch.cat((past[1], v), 2)  # [B,H,S,E]
        scores = (q * E**-0.5) @ k.transpose(2, 3) + mask.to(q.dtype)  # [B,H,T,S]
        x = x + self.o((scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).reshape(B, T, H * E))
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y)), (k, v)


class Llama(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.embed = nn.Embedding(c.vocab, c.d)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = RMSNorm(c.d, c.eps)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                scale = (2 * c.layers) ** -0.5 if name.endswith(("o.weight", "down.weight")) else 1.0
                nn.init.normal_(p, std=scale * (c.d**-0.5 if name.startswith("blocks") else 0.02))

    def forward(
        self,
        ids: Tensor | None = None,
        *,
        embeds: Tensor | None = None,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        past: list[tuple[Tensor, Tensor]] | None = None,
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """ids [B,T] or embeds [B,T,D] -> final-norm hidden states [B,T,D] and the key-value cache of each layer.

        positions [B,T] default to counting on from the past; mask, added to the scores, is [B|1, 1, T, S], causal by default.
        """
        x = self.embed(ids) if embeds is None else embeds
        B, T, _ = x.shape
        before = past[0][0].shape[2] if past else 0
        if positions is None:
            positions = torch.arange(before, before + T, device=x.device).expand(B, T)
        if mask is None:
            mask = causal(T, before, x.device)
        cos, sin = rotary(positions, self.c.head_dim, self.c.theta)
        cache = []
        for n, block in enumerate(self.blocks):
            x, kv = block(x, cos, sin, mask, past[n] if past else None)
            cache.append(kv)
        return self.norm(x), cache

    def logits(self, hidden: Tensor) -> Tensor:
        """Final-norm states [...,D] -> logits [...,V], through the tied embedding."""
        return hidden @ self.embed.weight.t().to(hidden.dtype)


def causal(T: int, before: int = 0, device=None) -> Tensor:
    """Additive mask [1,1,T,before+T]: row i sees the past and columns up to its own."""
    rows = torch.arange(T, device=device)[:, None] + before
    return torch.where(torch.arange(before + T, device=device)[None] <= rows, 0.0, HIDDEN)[None, None]


def optimisers(model: nn.Module, lr: float = 2e-3, muon_lr: float = 0.02, weight_decay: float = 0.01) -> list[torch.optim.Optimizer]:
    """Muon (Jordan 2024) for the blocks' matrices, AdamW for embeddings and norms. Remember each group's full rate as `base`."""
    matrices = [p for n, p in model.named_parameters() if p.requires_grad and p.dim() == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.requires_grad and not (p.dim() == 2 and "embed" not in n)]
    made: list[torch.optim.Optimizer] = []
    if matrices:
        made.append(torch.optim.Muon(matrices, lr=muon_lr, weight_decay=weight_decay, momentum=0.95))
    if others:
        made.append(torch.optim.AdamW(others, lr=lr, betas=(0.9, 0.98), weight_decay=0.0))
    for optimiser in made:
        for group in optimiser.param_groups:
            group["base"] = group["lr"]
    return made


def set_rate(opts: list[torch.optim.Optimizer], factor: float) -> None:
    for optimiser in opts:
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * factor


def load(path: str, device: str = "cpu") -> tuple[Llama, dict]:
    """A checkpoint {"config", "model", ...} -> the model in evaluation mode and the whole checkpoint."""
    saved = torch.load(path, map_location=device, weights_only=False)
    model = Llama(Config(**saved["config"]))
    model.load_state_dict(saved["model"])
    return model.eval(), saved
