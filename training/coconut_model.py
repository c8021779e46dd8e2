"""The Llama of the Coconut models while it is trained: its embedding table is composed, and one head of it is built.

D width, V vocabulary, B graphs, S sets, N nodes.
"""

import torch
from torch import nn

from training import coconut_tokens as t
from training.model import Config, Llama

SCALE = 0.2  # of the embeddings at the start, so that they are not drowned by what the blocks add


@torch.no_grad()
def previous_token_head(block, common, pairs=8, sharpness=8.0):
    """Starts head 0 of `block` as one that attends to the token before (the first half of an induction head, Olsson et al.
    2022): queries and keys read the direction `common` [D] that all names share, and the query is turned back one position."""
    c = block.c
    angle = c.theta ** (-2 * torch.arange(pairs) / c.head_dim)
    size = (sharpness / c.d * c.head_dim**0.5 * 2) ** 0.5
    block.q.weight[: c.head_dim] = 0
    block.k.weight[: c.head_dim] = 0
    block.k.weight[:pairs] = size * common
    block.q.weight[:pairs] = size * angle.cos()[:, None] * common
    block.q.weight[c.head_dim // 2 : c.head_dim // 2 + pairs] = -size * angle.sin()[:, None] * common


class Thinker(nn.Module):
    """A Llama whose embedding table is composed: a name's vector plus that of its form (see coconut_tokens)."""

    def __init__(self, config=None):
        super().__init__()
        self.llama = Llama(config or Config(vocab=t.VOCAB, max_positions=512))
        d = self.llama.c.d
        common = SCALE * torch.randn(d)
        self.embed_plain = nn.Parameter(0.3 * SCALE * torch.randn(t.PLAIN, d) - common)
        self.embed_names = nn.Parameter(SCALE * torch.randn(len(t.NAMES), d))
        self.embed_forms = nn.Parameter(common + 0.5 * SCALE * torch.randn(len(t.FORMS), d))
        previous_token_head(self.llama.blocks[0], common / common.norm())
        self.register_buffer("name_of", torch.tensor(t.NAME_OF), persistent=False)
        self.register_buffer("form_of", torch.tensor(t.FORM_OF), persistent=False)

    def table(self):
        """The plain embedding table [V,D]."""
        return torch.cat((self.embed_plain, self.embed_names[self.name_of] + self.embed_forms[self.form_of]))

    def plain(self):
        """The Llama with the composed table written into it, as it is exported."""
        self.llama.embed.weight.data.copy_(self.table())
        return self.llama

    def soft(self, sets, names, table):
        """Node sets [B,S,N] -> inputs [B,S,D]: the mean of the bare names, on the scale of a fed-back state."""
        vectors = table[t.BARE + names]  # [B,N,D]
        return self.llama.norm(sets @ vectors / sets.sum(2, keepdim=True).clamp(min=1))


def gentle_tables(model, opts, lr):
    """Gives the vectors of bytes and forms a lower rate and a large epsilon. Their small gradients all point one way (away
    from every latent); plain Adam turns that into a common vector in all embeddings that drowns the names in 500 steps."""
    slow = [model.embed_plain, model.embed_forms]
    group = opts[1].param_groups[0]
    group["params"] = [p for p in group["params"] if all(p is not other for other in slow)]
    opts[1].add_param_group({"params": slow, "lr": lr, "base": lr, "eps": 1e-3})
    return opts
