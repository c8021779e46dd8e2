"""What a batch of graphs costs: look-ups, and latents that are asked for the frontier of the search.

B graphs, P prompt tokens, Q queries, N nodes, K = 7 levels, L = 6 latents, D width, V vocabulary.
"""

import torch
from torch import nn

from training import coconut_tokens as t
from training.coconut_batches import LEVELS
from training.model import HIDDEN

LATENTS = LEVELS - 1
STAY = 0.3  # weight of a target beyond the walk's end, where the last frontier is to be kept


def stay(walk):
    """Walk [B,K,N] -> the same with empty levels replaced by the last level that was not, and its weights [B,K]."""
    levels, weights = [walk[:, 0]], [torch.ones(len(walk))]
    for k in range(1, walk.shape[1]):
        empty = walk[:, k].sum(1, keepdim=True) == 0
        levels.append(torch.where(empty, levels[-1], walk[:, k]))
        weights.append(torch.where(empty[:, 0], STAY, 1.0))
    return torch.stack(levels, 1), torch.stack(weights, 1)


def spread_loss(logits, target, names, weight):
    """Cross-entropy to the even spread over node sets. logits [B,S,V], target [B,S,N], weight [B,S] -> loss, mass [B,S]."""
    whole = logits.logsumexp(2, keepdim=True)  # [B,S,1]
    logp = logits.gather(2, (t.BARE + names)[:, None].expand(-1, logits.shape[1], -1)) - whole  # [B,S,N]
    loss = -(logp * target).sum(2) / target.sum(2).clamp(min=1)
    mass = (logp.detach().exp() * target).sum(2)
    return (loss * weight).sum() / weight.sum().clamp(min=1), mass


def prompt_mask(start, P, rows):
    """Additive mask [B,1,rows,P] for rows after the prompt: all of it but the padding on the left."""
    seen = torch.arange(P) >= start[:, None]
    return torch.where(seen, 0.0, HIDDEN)[:, None, None].expand(-1, 1, rows, P)


def lookup_block(batch, sets, P):
    """Positions [B,Q] and additive mask [B,1,Q,P+Q] of parallel queries: each sees the prompt and itself."""
    B, Q, _ = sets.shape
    own = torch.where(torch.eye(Q, dtype=bool), 0.0, HIDDEN).expand(B, 1, Q, Q)
    return P + torch.randint(0, 8, (B, Q)), torch.cat((prompt_mask(batch["start"], P, Q), own), 3)


def thought_block(batch, fed, P):
    """Positions [B,L+3] and mask [B,1,L+3,P+L+3] of L latents, <eot>, subject, object, if only the first `fed` [B] latents
    were thought: the answer follows them directly and does not see the others."""
    B, T = len(fed), LATENTS + 3
    rows, columns = torch.arange(T)[:, None], torch.arange(T)
    seen = (columns <= rows) & ((columns >= LATENTS) | (rows < LATENTS) | (columns < fed[:, None, None]))
    own = torch.where(seen, 0.0, HIDDEN)[:, None]  # [B,1,T,T]
    offset = torch.where(torch.arange(T) < LATENTS, 0, fed[:, None] - LATENTS)
    return P + torch.arange(T) + offset, torch.cat((prompt_mask(batch["start"], P, T), own), 3)


def joint_mask(batch, P, blocks):
    """Mask [B,1,T,T] of a prompt and blocks after it that do not see each other. blocks: masks [B,1,R,P+R]."""
    B = len(batch["start"])
    T = P + sum(block.shape[2] for block in blocks)
    mask = torch.full((B, 1, T, T), HIDDEN)
    causal = torch.arange(P)[None] <= torch.arange(P)[:, None]
    seen = causal & (torch.arange(P) >= batch["start"][:, None, None])
    mask[:, 0, :P, :P] = torch.where(seen, 0.0, HIDDEN)
    at = P
    for block in blocks:
        R = block.shape[2]
        mask[:, :, at : at + R, :P], mask[:, :, at : at + R, at : at + R] = block[..., :P], block[..., P:]
        at += R
    return mask.bfloat16()


def answer_loss(logits, batch, fed=None):
    """logits [B,3,V] at <eot>, subject, object -> loss for subject, object, <eos>, and how often the right option wins (after
    full thoughts). Where `fed` [B] latents do not reach the target the answer is a guess, and its loss mostly noise."""
    subject, concept = batch["answer"].T
    wanted = torch.stack((subject, concept, torch.full_like(subject, t.EOS)), 1)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), reduction="none").view_as(wanted)
    at = logits[:, 1].detach()
    right = at.gather(1, concept[:, None]) > at.gather(1, batch["other"][:, None])
    right, weight = right[:, 0].float(), torch.ones(len(right))
    if fed is not None:
        weight = torch.where(batch["length"] < fed, 1.0, 0.1)
        right = right[fed == LATENTS]
    return ((loss * torch.tensor([0.2, 1.0, 0.1])).sum(1) * weight).mean(), right.mean().nan_to_num(0.5)


def answer_inputs(batch, table):
    """Embeddings [B,3,D] of <eot>, subject, object."""
    return table[torch.cat((torch.full((len(batch["answer"]), 1), t.EOT), batch["answer"]), 1)]


def step_loss(model, batch, sets, stage):
    """Loss of one batch and a dict of figures. One pass holds the prompt, the queries and, after look-ups, a thought of ideal
    latents. The thought that the stage is named after comes on top: `latent` feeds states back one by one over the prompt's cache;
    `mixture` has pauses in the same pass, with the same losses, and differs in what is fed and in nothing else. `pause` has pauses in place of
    the ideal latents and no second thought: it is never shown a frontier as an input, and gives nothing of itself to learning from one."""
    table, names = model.table(), batch["names"]
    P, Q = batch["ids"].shape[1], sets.shape[1]
    B = len(names)
    positions, mask = lookup_block(batch, sets, P)
    inputs, places, masks = [table[batch["ids"]], model.soft(sets, names, table)], [torch.arange(P).expand(B, P), positions], [mask]
    if stage != "lookup":
        walk, weight = stay(batch["walk"])
        fed = torch.where(torch.rand(B) < 0.5, LATENTS, torch.randint(0, LATENTS + 1, (B,)))
        pauses = table[t.PAUSE].expand(B, LATENTS, -1)
        thoughts = [(pauses if stage == "pause" else model.soft(walk[:, :LATENTS], names, table), fed)]
        if stage == "mixture":
            thoughts.append((pauses, torch.full((B,), LATENTS)))
        for thought, count in thoughts:
            positions, mask = thought_block(batch, count, P)
            inputs += [thought, answer_inputs(batch, table)]
            places, masks = places + [positions], masks + [mask]
    hidden, cache = model.llama(embeds=torch.cat(inputs, 1), positions=torch.cat(places, 1), mask=joint_mask(batch, P, masks))

    below = (sets @ batch["below"] > 0).float()
    loss, mass = spread_loss(hidden[:, P : P + Q] @ table.T, below, names, (below.sum(2) > 0).float())
    figures = {"lookup": (mass.sum() / (below.sum(2) > 0).sum()).item()}
    if stage == "lookup":
        return loss, figures
    begun, T = hidden[:, P - 1 : P], LATENTS + 3
    first, second = hidden[:, P + Q : P + Q + T], hidden[:, P + Q + T :]
    walk_loss, mass = spread_loss(torch.cat((begun, first[:, :LATENTS]), 1) @ table.T, walk, names, weight)
    answered, right = answer_loss(first[:, LATENTS:] @ table.T, batch, fed)
    if stage == "pause":
        figures |= {"mass": level_mass(mass, weight), "right": right.item()}
        return loss + walk_loss + 0.5 * answered, figures
    figures["ideal"] = right.item()
    loss = loss + 0.5 * walk_loss + 0.3 * answered
    trust = 0.5 * (2 * right - 1).clamp(min=0.1)  # an answer after the stage's own thought means little before one after an ideal one does
    if stage == "mixture":
        states, final = torch.cat((begun, second[:, :LATENTS]), 1), second[:, LATENTS:]
    else:
        states, past = feed_back(model.llama, begun, cache, batch, P, LATENTS)
        final = after_thought(model.llama, answer_inputs(batch, table), past, batch, P, LATENTS)
    walk_loss, mass = spread_loss(states @ table.T, walk, names, weight)
    answered, right = answer_loss(final @ table.T, batch)
    figures |= {"mass": level_mass(mass, weight), "right": right.item()}
    return loss + walk_loss + trust * answered, figures


def feed_back(llama, begun, cache, batch, P, count):
    """The state [B,1,D] at <bot> and the cache of a pass that began with the prompt -> the states [B,1+count,D] at <bot> and after
    each of `count` latents, and the cache of prompt and latents."""
    past = [(k[:, :, :P], v[:, :, :P]) for k, v in cache]
    left = prompt_mask(batch["start"], P, 1).bfloat16()
    state, states = begun, [begun]
    for k in range(count):
        seen = torch.cat((left, torch.zeros(*left.shape[:3], k + 1, dtype=left.dtype)), 3)
        state, past = llama(embeds=state, positions=torch.full((len(begun), 1), P + k), mask=seen, past=past)
        states.append(state)
    return torch.cat(states, 1), past


def after_thought(llama, embeds, past, batch, P, count):
    """Embeddings [B,T,D] that follow `count` latents -> their states [B,T,D]."""
    B, T, _ = embeds.shape
    causal = torch.where(torch.arange(count + T) <= torch.arange(T)[:, None] + count, 0.0, HIDDEN).bfloat16()
    mask = torch.cat((prompt_mask(batch["start"], P, T).bfloat16(), causal.expand(B, 1, T, -1)), 3)
    return llama(embeds=embeds, positions=P + count + torch.arange(T).expand(B, T), past=past, mask=mask)[0]


def level_mass(mass, weight):
    """Mean mass on the frontier per level, over graphs whose walk is still going."""
    going = (weight == 1).float()
    return ((mass * going).sum(0) / going.sum(0).clamp(min=1)).tolist()
