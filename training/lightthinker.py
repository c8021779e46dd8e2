"""LightThinker (arXiv 2502.15589, section 3): fine-tune the base model to fold each finished thought into two gist tokens.

    python -m training.lightthinker --steps 1200     # from training/runs/base/final.pt, resumes, then writes models/pocket/lightthinker

A row reads: prompt, <think>, then per thought  S w c1 c2 o,  then what is left. The gists see the prompt, earlier gists and
their own thought; from o on, no row sees the thought nor its w. w is learnt; c1, c2 and o are fed by the engine and carry no
loss. Positions count on, so evicting rows at inference leaves holes, as here.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import torch

from . import corpus, styles
from .batches import BEHIND, Row, collate, encode, rounded
from .evaluate import answer_of, decode, greedy, prompts_of
from .export import write_folder
from .model import HIDDEN, Llama, causal, load
from .problems.problem import Problem
from .tokenizer import load as load_tokenizer
from .train_base import RUNS
from .tuning import tune

COMPRESS, GISTS, GO = "<w>", ["<c1>", "<c2>"], "<o>"
MEANINGS = {"<w>": "settled so far", "<c1>": "the answer so far", "<c2>": "the step so far", "<o>": "go on from it"}
FAMILIES = {"arithmetic": 68, "long-arithmetic": 14, "triage": 16, "prosqa": 2}
FOLDER = Path(__file__).parent.parent / "models/pocket/lightthinker"
MANIFEST = {"v": 1, "name": "Thoughtlens pocket LightThinker", "methods": {"lightthinker": {"compress": COMPRESS, "gists": GISTS, "go": GO, "schedule": "thought"}}}


def thoughts(p: Problem, rng: random.Random) -> list[list[styles.Piece]]:
    """Thoughts, each ending with its line; three in four stop once the answer is said, as there is less left to check."""
    pieces, out = styles.THINK[p.family](p, rng), [[]]
    for piece in pieces:
        out[-1].append(piece)
        if piece.cut:
            out.append([])
    out.pop()
    said = next(i for i, t in enumerate(out) if t[0].text.startswith("So "))
    return out[: said + 1] if rng.random() < 0.75 else out


def light_row(p: Problem, rng: random.Random, folded: bool = True) -> tuple[Row, list[int]]:
    """The row, and per token the first row from which it is hidden (BEHIND: never). Not `folded` it is the same text, kept whole."""
    row, hide = Row(), []

    def add(text: str, loss: bool) -> None:
        row.add(encode(text), loss)
        hide.extend([BEHIND] * (len(row.ids) - len(hide)))

    add(styles.chat(styles.system_of("chain-of-thought"), p.question) + "<think>\n", False)
    steps = thoughts(p, rng)
    for n, thought in enumerate(steps):
        start = len(row.ids)
        for piece in thought:
            add(piece.text, piece.loss)
        if folded and n < len(steps) - 1:  # the last thought stays in view
            add(COMPRESS, True)
            end = len(row.ids)
            add("".join(GISTS) + GO, False)
            hide[start:end] = [end + len(GISTS)] * (end - start)
    add("</think>\n\n" + styles.closing(p.answer), True)
    return row, hide


def light_batch(made: list[tuple[Row, list[int]]], T: int | None = None) -> dict[str, torch.Tensor]:
    batch = collate([row for row, _ in made], T)
    T = batch["ids"].shape[1]
    hide = torch.full((len(made), T), BEHIND)
    for b, (_, h) in enumerate(made):
        hide[b, : len(h)] = torch.tensor(h)
    gone = torch.arange(T)[None, :, None] >= hide[:, None, :]  # [B,T,T]
    batch["mask"] = batch["mask"].masked_fill(gone[:, None], HIDDEN)
    return batch


def light_stream(seed: int, folded: bool = True, budget: int = 4096):
    rng, waiting = random.Random(seed), {}
    while True:
        made = light_row(corpus.problem(corpus.pick(FAMILIES, rng), "train", rng), rng, folded)
        T = rounded(len(made[0].ids))
        waiting.setdefault(T, []).append(made)
        if len(waiting[T]) >= max(1, budget // T):
            yield light_batch(waiting.pop(T), T)


@torch.no_grad()
def think(model: Llama, prompt: list[int], most: int = 1600) -> tuple[list[int], int, int]:
    """Decode with eviction, as the engine does -> ids, peak context before eviction, dependency (rows attended, summed)."""
    ids_of = load_tokenizer().token_to_id
    w, end, fed = ids_of(COMPRESS), ids_of("<|im_end|>"), [ids_of(t) for t in (COMPRESS, *GISTS, GO)]
    hidden, past = model(torch.tensor([prompt]))
    out, at, thought, peak, dependency = [], len(prompt), len(prompt), 0, 0
    while len(out) < most:
        token = int(model.logits(hidden[0, -1]).argmax())
        rows = past[0][0].shape[2]
        if token == end:
            break
        if token != w:
            hidden, past = model(torch.tensor([[token]]), positions=torch.tensor([[at]]), past=past)
            out.append(token)
            at, dependency = at + 1, dependency + rows + 1
        else:
            mask = causal(len(fed), rows)
            mask[0, 0, -1, thought : rows + 1] = HIDDEN  # o no longer sees the thought and its w
            hidden, past = model(torch.tensor([fed]), positions=torch.arange(at, at + len(fed))[None], mask=mask, past=past)
            out += fed
            dependency += sum(rows + 1 + i for i in range(len(fed))) - (rows + 1 - thought)
            peak = max(peak, rows + len(fed))
            past = [tuple(torch.cat((x[:, :, :thought], x[:, :, rows + 1 :]), 2) for x in kv) for kv in past]
            at, thought = at + len(fed), past[0][0].shape[2]
        peak = max(peak, past[0][0].shape[2])
    return out, peak, dependency


def compare(light: Llama, base: Llama, count: int, split: str) -> None:
    """Accuracy, peak and dependency beside the base model's chain of thought on the same problems."""
    for family in ("arithmetic", "triage", "prosqa"):
        problems = corpus.held_out(family, split, count, 11)
        prompts = prompts_of(problems, "chain-of-thought")
        full = greedy(base, prompts, 1100)
        plain = sum(answer_of(decode(x)) == p.answer for x, p in zip(full, problems)) / count
        peak0 = sum(len(q) + len(x) for q, x in zip(prompts, full))
        dep0 = sum(len(q) * len(x) + len(x) * (len(x) + 1) // 2 for q, x in zip(prompts, full))
        right = peak = dependency = tokens = same = 0
        for p, q in zip(problems, prompts):
            q = q + encode("<think>\n")
            ids, most, dep = think(light, q)
            right += answer_of(decode(ids)) == p.answer
            peak, dependency, tokens = peak + most, dependency + dep, tokens + len(ids)
            n = len(ids)
            same += len(q) * n + n * (n + 1) // 2
        print(f"{family}: {right / count:.3f} (CoT {plain:.3f}), peak {peak / peak0:.3f}, dependency {dependency / dep0:.3f} of CoT's "
              f"and {dependency / same:.3f} of the same text's unevicted, {tokens / count:.0f} tokens (CoT {sum(map(len, full)) / count:.0f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--base", default=str(RUNS / "base/final.pt"))
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    folder = RUNS / "lightthinker"
    folder.mkdir(parents=True, exist_ok=True)
    base, saved = load(args.base)
    model, _ = load(args.base)
    with torch.no_grad():  # a new token starts as the mean of the words that say what it means
        for token, meaning in MEANINGS.items():
            model.embed.weight[load_tokenizer().token_to_id(token)] = model.embed.weight[encode(meaning)].mean(0)
    tune(model, folder / "last.pt", lambda step: light_stream(args.seed * 1000003 + step), args.steps)
    write_folder(model, FOLDER, MANIFEST)
    if args.count:
        compare(model, base, args.count, "valid")


if __name__ == "__main__":
    main()
