"""The controls of Coconut that write words: chain of thought, and the curriculum of the paper (arXiv 2412.06769, section 3).

A solution in words is the path, a sentence an edge ("Tom is a shumpus. Every shumpus is a rempus."), in the tokens that the question is
written in. Chain of thought writes it between <bot> and <eot>. In the curriculum a solution at level k is <bot>, k latents, <eot>, what
is left of the path without its first k sentences, and the answer; only words carry loss. Look-ups go on beside both, as beside the latents.

B graphs, P prompt tokens, Q queries, N nodes, D width, T tokens of a solution.
"""

import torch
from torch import nn

from training import coconut_tokens as t
from training.coconut_losses import LATENTS, after_thought, feed_back, joint_mask, lookup_block, prompt_mask, spread_loss
from training.model import HIDDEN

IGNORED = -100


def level_of(step, steps):
    """How many sentences are latents at `step` of `steps`: one more after each tenth, as the authors' 5 epochs of 50, six at most."""
    return max(0, min(LATENTS, 10 * step // steps))


def sentences(batch, skipped=0):
    """Ids [B,2L] of the path's sentences behind the first `skipped`, L = 6 - skipped, <pad> where there are none."""
    path, B = batch["path"], len(batch["path"])
    subject = torch.where(torch.arange(LATENTS) == 0, t.BARE, t.SP_EVERY) + path[:, :-1]
    told = torch.stack((subject, t.IS_A + path[:, 1:]), 2)  # [B,6,2]
    there = torch.arange(LATENTS)[:, None] < batch["length"][:, None, None]
    return torch.where(there, told, t.PAD)[:, skipped:].reshape(B, -1)


def solution(batch, begin, middle, skipped=0):
    """Inputs [B,T] and targets [B,T] of a solution: `begin` (fed), the sentences, `middle`, answer, <eos>; lists of ids."""
    B, rows = len(batch["path"]), []
    for words, answer in zip(sentences(batch, skipped).tolist(), batch["answer"].tolist()):
        rows.append([id for id in words if id != t.PAD] + middle + answer + [t.EOS])
    T = max(map(len, rows))
    targets = torch.tensor([row + [IGNORED] * (T - len(row)) for row in rows])
    inputs = torch.cat((torch.tensor(begin).expand(B, 1), targets[:, :-1].clamp(min=t.PAD)), 1)
    return inputs, targets


def told_loss(logits, targets, batch):
    """logits [B,T,V], targets [B,T] -> mean cross-entropy of the words, and two figures: how often the likelier of the two options is the
    right one where the answer says it, and the share of words that are the likeliest."""
    loss = nn.functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED)
    told = targets != IGNORED
    at = logits.detach()[torch.arange(len(targets)), told.sum(1) - 2]  # before the object of the answer: <eos> is the last
    right = at.gather(1, batch["answer"][:, 1:]) > at.gather(1, batch["other"][:, None])
    return loss, {"right": right.float().mean().item(), "words": (logits.detach().argmax(2) == targets)[told].float().mean().item()}


def lookup_pass(model, batch, sets, table, extra=None):
    """One pass over prompt, queries and, behind the prompt, `extra` ids [B,T] -> states and cache, look-up loss and its figure."""
    names, (B, P), Q = batch["names"], batch["ids"].shape, sets.shape[1]
    positions, mask = lookup_block(batch, sets, P)
    inputs, places, masks = [table[batch["ids"]], model.soft(sets, names, table)], [torch.arange(P).expand(B, P), positions], [mask]
    if extra is not None:
        T = extra.shape[1]
        causal = torch.where(torch.arange(T) <= torch.arange(T)[:, None], 0.0, HIDDEN).expand(B, 1, T, T)
        inputs, places = inputs + [table[extra]], places + [P + torch.arange(T).expand(B, T)]
        masks.append(torch.cat((prompt_mask(batch["start"], P, T), causal), 3))
    hidden, cache = model.llama(embeds=torch.cat(inputs, 1), positions=torch.cat(places, 1), mask=joint_mask(batch, P, masks))
    below = (sets @ batch["below"] > 0).float()
    known = (below.sum(2) > 0).float()
    loss, mass = spread_loss(hidden[:, P : P + Q] @ table.T, below, names, known)
    return hidden, cache, loss, {"lookup": (mass.sum() / known.sum()).item()}


def words_loss(model, batch, sets):
    """Chain of thought: the path in words behind <bot>, then <eot> and the answer."""
    table, P, Q = model.table(), batch["ids"].shape[1], sets.shape[1]
    inputs, targets = solution(batch, t.BOT, [t.EOT])
    hidden, _, lookups, figures = lookup_pass(model, batch, sets, table, inputs[:, 1:])
    seen = torch.cat((hidden[:, P - 1 : P], hidden[:, P + Q :]), 1)
    loss, more = told_loss(seen @ table.T, targets, batch)
    return lookups + loss, figures | more


def curriculum_loss(model, batch, sets, level):
    """`level` latents, then <eot>, the rest of the path in words, and the answer."""
    table, P = model.table(), batch["ids"].shape[1]
    inputs, targets = solution(batch, t.EOT, [], level)
    hidden, cache, lookups, figures = lookup_pass(model, batch, sets, table)
    _, past = feed_back(model.llama, hidden[:, P - 1 : P], cache, batch, P, level)
    loss, more = told_loss(after_thought(model.llama, table[inputs], past, batch, P, level) @ table.T, targets, batch)
    return lookups + loss, figures | more | {"level": float(level)}
