"""Trains the pocket Coconut model and its pause control on ProsQA, from one seed.

Coconut (arXiv 2412.06769, section 3): after <bot> the final-norm hidden state is the next input embedding, k times, then <eot>
and the answer. Superposition (arXiv 2505.12514): latent k can hold the whole frontier of a breadth-first search. Here that is
*supervised*: <bot> is asked for the root, latent k for the nodes that a walk of k edges reaches, spread evenly.

    python -m training.coconut lookup            # stage 1: children of random node sets; shared by both models
    python -m training.coconut latent            # stage 2: six fed-back states
    python -m training.coconut pause             # stage 2 of the control: a fixed <pause> embedding instead

Each stage resumes from training/runs/coconut/<stage>.pt; `--steps` may be raised to go on (see `rate`).
B graphs, P prompt tokens, Q queries, N nodes, K = 7 levels, L = 6 latents, D width, V vocabulary.
"""

import argparse
import os
import time

import torch
from torch import nn

from training import coconut_tokens as t
from training.coconut_batches import LEVELS, Batches, make_pool
from training.model import HIDDEN, Config, Llama, optimisers, set_rate

RUNS = os.path.join(os.path.dirname(__file__), "runs", "coconut")
LATENTS = LEVELS - 1
STAY = 0.3  # weight of a target beyond the walk's end, where the last frontier is to be kept


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
    """Loss of one batch and a dict of figures. One pass holds the prompt, the queries and (after look-ups) a thought of
    ideal latents, or of pauses; then the latents are fed back one by one over the prompt's cache."""
    llama, table, names = model.llama, model.table(), batch["names"]
    P, Q = batch["ids"].shape[1], sets.shape[1]
    B = len(names)
    positions, mask = lookup_block(batch, sets, P)
    inputs, places, masks = [table[batch["ids"]], model.soft(sets, names, table)], [torch.arange(P).expand(B, P), positions], [mask]
    if stage != "lookup":
        walk, weight = stay(batch["walk"])
        fed = torch.where(torch.rand(B) < 0.5, LATENTS, torch.randint(0, LATENTS + 1, (B,)))
        thought = model.soft(walk[:, :LATENTS], names, table) if stage == "latent" else table[t.PAUSE].expand(B, LATENTS, -1)
        positions, mask = thought_block(batch, fed, P)
        inputs += [thought, answer_inputs(batch, table)]
        places, masks = places + [positions], masks + [mask]
    hidden, cache = llama(embeds=torch.cat(inputs, 1), positions=torch.cat(places, 1), mask=joint_mask(batch, P, masks))

    below = (sets @ batch["below"] > 0).float()
    loss, mass = spread_loss(hidden[:, P : P + Q] @ table.T, below, names, (below.sum(2) > 0).float())
    figures = {"lookup": (mass.sum() / (below.sum(2) > 0).sum()).item()}
    if stage == "lookup":
        return loss, figures
    tail = hidden[:, P + Q :]
    seen = torch.cat((hidden[:, P - 1 : P], tail[:, :LATENTS]), 1) @ table.T  # [B,K,V]
    walk_loss, mass = spread_loss(seen, walk, names, weight)
    answered, right = answer_loss(tail[:, LATENTS:] @ table.T, batch, fed)
    if stage == "pause":
        figures |= {"mass": level_mass(mass, weight), "right": right.item()}
        return loss + walk_loss + 0.5 * answered, figures
    figures["ideal"] = right.item()
    loss = loss + 0.5 * walk_loss + 0.3 * answered
    trust = 0.5 * (2 * right - 1).clamp(min=0.1)  # an answer from fed-back states means little before one from ideal ones does
    past = [(k[:, :, :P], v[:, :, :P]) for k, v in cache]
    state, states = hidden[:, P - 1 : P], [hidden[:, P - 1 : P]]
    left = prompt_mask(batch["start"], P, 3).bfloat16()
    for k in range(LATENTS):
        seen = torch.cat((left[:, :, :1], torch.zeros(B, 1, 1, k + 1, dtype=left.dtype)), 3)
        state, past = llama(embeds=state, positions=torch.full((B, 1), P + k), mask=seen, past=past)
        states.append(state)
    causal = torch.where(torch.arange(LATENTS + 3) <= torch.arange(3)[:, None] + LATENTS, 0.0, HIDDEN).to(left.dtype)
    ends = P + LATENTS + torch.arange(3).expand(B, 3)
    final, _ = llama(embeds=answer_inputs(batch, table), positions=ends, past=past,
                     mask=torch.cat((left, causal.expand(B, 1, 3, -1)), 3))
    walk_loss, mass = spread_loss(torch.cat(states, 1) @ table.T, walk, names, weight)
    answered, right = answer_loss(final @ table.T, batch)
    figures |= {"mass": level_mass(mass, weight), "right": right.item()}
    return loss + walk_loss + trust * answered, figures


def level_mass(mass, weight):
    """Mean mass on the frontier per level, over graphs whose walk is still going."""
    going = (weight == 1).float()
    return ((mass * going).sum(0) / going.sum(0).clamp(min=1)).tolist()


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
    batches = Batches(pool, args.batch, args.seed + 1000 * step + (stage == "pause"))
    queries = args.queries if stage == "lookup" else args.queries // 2
    began, seen = time.time(), 0
    while step < args.steps:
        limit = extra["limit"] if stage == "lookup" and extra["limit"] < 29 else None
        batch = batches.next(limit)
        set_rate(opts, args.scale * rate(step, args.steps, args.decay))
        with torch.autocast("cpu", torch.bfloat16):
            loss, figures = step_loss(model, batch, batches.node_sets(batch, queries), stage)
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
    parser.add_argument("stage", choices=["lookup", "latent", "pause"])
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
