"""What a Coconut checkpoint reaches on held-out ProsQA questions: accuracy, and what the latents hold.

Coconut (arXiv 2412.06769, section 5) and Superposition (2505.12514, section 4): probability mass of each fed-back state on the
true frontier, on nodes within reach, and the answer after 0 … 6 latents. Weights are rounded to float16 as in the exported file.

    python -m training.coconut_eval training/runs/coconut/latent.pt --count 1000
    python -m training.coconut_eval training/runs/coconut/pause.pt --mode pause --data prosqa_valid.json
"""

import argparse
import json

import torch

from training import coconut_tokens as t
from training.model import HIDDEN, load
from training.problems.prosqa import distances, frontiers, problems

LATENTS = 6


def encode(record):
    """Ids of a question in the official wording, with <bot> after it."""
    ids, names = [], record["idx_to_symbol"]
    index = {name: t.NAMES.index(name) for name in names}
    *facts, ask = record["question"].rstrip("?").split(". ")
    for fact in facts:
        subject, concept = fact.removeprefix("Every ").split(" is a ")
        person = subject in t.PERSONS
        form = (t.SP_PERSON if person else t.SP_EVERY) if ids else (t.BARE if person else t.EVERY)
        ids += [form + index[subject], t.IS_A + index[concept]]
    person, options = ask.removeprefix("Is ").split(" a ")
    one, two = options.split(" or ")
    return ids + [t.IS_PERSON + index[person], t.A + index[one], t.OR + index[two], t.QUESTION_MARK, t.BOT]


def padded(rows):
    """Left-padded ids [B,P] and the first real column of each [B]."""
    P = max(map(len, rows))
    return torch.tensor([[t.PAD] * (P - len(row)) + row for row in rows]), torch.tensor([P - len(row) for row in rows])


def seen_columns(start, rows, columns):
    """Additive causal mask [B,1,rows,columns] for the last `rows` of `columns`, without the padding on the left."""
    at = torch.arange(columns)
    visible = (at <= torch.arange(columns - rows, columns)[:, None]) & (at >= start[:, None, None])
    return torch.where(visible, 0.0, HIDDEN)[:, None]


@torch.no_grad()
def think(llama, rows, mode="latent"):
    """Prompts -> states [B,7,D] (at <bot> and after each latent) and, per number of latents 0 … 6, logits [B,3,V] of three
    greedy tokens after <eot>."""
    ids, start = padded(rows)
    B, P = ids.shape
    hidden, past = llama(ids, mask=seen_columns(start, P, P))
    states, answers = [hidden[:, -1:]], []
    for k in range(LATENTS + 1):
        tokens, cache, logits = torch.full((B, 1), t.EOT), past, []
        for n in range(3):
            out, cache = llama(tokens, past=cache, mask=seen_columns(start, 1, P + k + n + 1))
            logits.append(llama.logits(out)[:, 0])
            tokens = logits[-1].argmax(1, keepdim=True)
        answers.append(torch.stack(logits, 1))
        if k < LATENTS:
            fed = states[-1] if mode == "latent" else llama.embed(torch.full((B, 1), t.PAUSE))
            state, past = llama(embeds=fed, past=past, mask=seen_columns(start, 1, P + k + 1))
            states.append(state)
    return torch.cat(states, 1), answers


@torch.no_grad()
def told(llama, rows, most=16):
    """Prompts that end in <bot> -> what is written greedily after it, up to and without <eos>: chain of thought in words."""
    ids, start = padded(rows)
    B, P = ids.shape
    hidden, past = llama(ids, mask=seen_columns(start, P, P))
    out, token = [], llama.logits(hidden[:, -1]).argmax(1)
    for n in range(most):
        out.append(token)
        hidden, past = llama(token[:, None], past=past, mask=seen_columns(start, 1, P + n + 1))
        token = llama.logits(hidden[:, 0]).argmax(1)
    written = torch.stack(out, 1).tolist()
    return [row[: row.index(t.EOS)] if t.EOS in row else row for row in written]


def measure_words(llama, records, batch=100):
    """Share of whole answers that are right behind written thoughts, and of thoughts that are ways in the graph from root to target."""
    right = sound = 0
    for at in range(0, len(records), batch):
        part = records[at : at + batch]
        for record, row in zip(part, told(llama, [encode(record) for record in part])):
            index = [t.NAMES.index(name) for name in record["idx_to_symbol"]]
            root, target = index[record["root"]], index[record["target"]]
            thought, answer = (row[: row.index(t.EOT)], row[row.index(t.EOT) + 1 :]) if t.EOT in row else (row, [])
            right += answer == [t.BARE + root, t.IS_A + target]
            edges = {(t.IS_A + index[a], t.IS_A + index[b]) for a, b in record["edges"]} | {(t.BARE + index[a], t.IS_A + index[b]) for a, b in record["edges"]}
            steps = list(zip(thought[::2], thought[1::2]))
            chained = all(later[0] == t.SP_EVERY + before[1] - t.IS_A for before, later in zip(steps, steps[1:]))
            known = all((a if a == t.BARE + root else a - t.SP_EVERY + t.IS_A, b) in edges for a, b in steps)
            whole = thought[:1] == [t.BARE + root] and len(thought) % 2 == 0
            sound += whole and chained and known and steps[-1][1] == t.IS_A + target
    return {"count": len(records), "accuracy": right / len(records), "sound thoughts": sound / len(records)}


def measure(llama, records, mode="latent", batch=100):
    """Dict of figures over official records. `after[k]` is the accuracy of the whole greedy answer after k latents, `chosen[k]` that of
    the more likely option, `frontier[k]` and `reach[k]` the mean mass of state k on nodes k steps away by some walk (while the walk
    goes on) and on nodes within k+1 steps, and `found[k]` how often state k's likeliest |frontier| nodes are the frontier."""
    total = {key: [0.0] * 7 for key in ("after", "chosen", "frontier", "reach", "found")}
    going, lengths = [0] * 7, {}
    for at in range(0, len(records), batch):
        part = records[at : at + batch]
        states, answers = think(llama, [encode(record) for record in part], mode)
        probability = llama.logits(states).softmax(-1)  # [B,7,V]
        for b, record in enumerate(part):
            index = [t.NAMES.index(name) for name in record["idx_to_symbol"]]
            below = [[] for _ in index]
            for parent, child in record["edges"]:
                below[parent].append(child)
            near = distances(below, record["root"])
            wanted = [t.BARE + index[record["root"]], t.IS_A + index[record["target"]], t.EOS]
            other = t.IS_A + index[record["neg_target"]]
            walk = frontiers(below, record["root"], LATENTS)
            for k in range(7):
                whole = answers[k][b].argmax(1).tolist() == wanted
                total["after"][k] += whole
                total["chosen"][k] += bool(answers[k][b, 1, wanted[1]] > answers[k][b, 1, other])
                bare = probability[b, k, [t.BARE + i for i in index]]
                total["reach"][k] += sum(bare[node].item() for node, steps in near.items() if steps <= k + 1)
                if walk[k]:
                    going[k] += 1
                    total["frontier"][k] += bare[list(walk[k])].sum().item()
                    total["found"][k] += set(bare.topk(len(walk[k])).indices.tolist()) == walk[k]
            length = near[record["target"]]
            right, count = lengths.get(length, (0, 0))
            lengths[length] = right + whole, count + 1
    figures = {key: [value / (going[k] if key in ("frontier", "found") else len(records)) for k, value in enumerate(values)] for key, values in total.items()}
    return {"count": len(records), "accuracy": figures["after"][-1], **figures, "by length": dict(sorted(lengths.items()))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("--mode", choices=["latent", "pause", "words"], default="latent")
    parser.add_argument("--data", help="file of official records; the generated validation split without it")
    parser.add_argument("--split", default="valid")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    torch.set_num_threads(1)
    llama, saved = load(args.checkpoint)
    for weight in llama.parameters():
        weight.data = weight.data.half().float()
    if args.data:
        with open(args.data, encoding="utf8") as file:
            records = json.load(file)
    else:
        records = [problem.record() for problem in problems(args.split, args.count, args.seed)]
    figures = measure_words(llama, records) if args.mode == "words" else measure(llama, records, args.mode)
    for key, value in figures.items():
        print(key, [round(number, 4) for number in value] if isinstance(value, list) else value)
