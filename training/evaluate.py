"""Accuracy and tokens of every style on held-out problems, and what trial answers are worth before and after the answer is settled.

    python -m training.evaluate training/runs/base/last.pt --count 100 --split valid
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

import torch

from . import corpus, styles
from .batches import encode
from .generate import greedy
from .model import Llama, load
from .problems.arithmetic import long_story
from .problems.graphs import from_record
from .problems.problem import Problem, draw
from .tokenizer import load as load_tokenizer

FAMILIES = ("arithmetic", "prosqa", "triage")


def decode(ids: list[int]) -> str:
    return load_tokenizer().decode(ids, skip_special_tokens=False)


def answer_of(text: str) -> str | None:
    """What the last \\boxed{} or #### holds."""
    found = re.findall(r"\\boxed\{([^}]*)\}|####\s*(\S+)", text)
    return "".join(found[-1]).strip() if found else None


def prompts_of(problems: list[Problem], style: str) -> list[list[int]]:
    if style in ("chain-of-thought", "chain-of-draft"):
        return [encode(styles.chat(styles.system_of(style), p.question)) for p in problems]
    if style == "no-thinking":
        return [encode(styles.chat(styles.system_of(style), p.question) + styles.PROMPTS[style]["prefill"]) for p in problems]
    return [encode(styles.chat(styles.system_of(style, styles.PARADIGM[p.family]), p.question)) for p in problems]


def score(model: Llama, problems: list[Problem], style: str, most: int) -> tuple[dict, list[str]]:
    texts, tokens = [], 0
    outs = greedy(model, prompts_of(problems, style), most)
    for ids in outs:
        texts.append(decode(ids))
        tokens += len(ids)
    right = sum(answer_of(t) == p.answer for t, p in zip(texts, problems))
    return {"accuracy": round(right / len(problems), 4), "tokens": round(tokens / len(problems), 1)}, texts


def infty(model: Llama, problems: list[Problem], rounds: int = 12, most: int = 200) -> dict:
    """InftyThink's loop. peak: the longest prompt plus completion of any round, in tokens."""
    history: list[str | None] = [None] * len(problems)
    answers: list[str | None] = [None] * len(problems)
    peak = [0] * len(problems)
    left, tokens = list(range(len(problems))), 0
    for _ in range(rounds):
        prompts = [encode(styles.chat(styles.system_of("inftythink"), styles.with_history(problems[i].question, history[i]))) for i in left]
        outs = greedy(model, prompts, most)
        going = []
        for i, prompt, ids in zip(left, prompts, outs):
            tokens += len(ids)
            peak[i] = max(peak[i], len(prompt) + len(ids))
            text = decode(ids)
            summary = re.search(r"<summary>\n(.*?)\n</summary>", text, re.S)
            if summary:
                history[i] = summary[1]
                going.append(i)
            else:
                answers[i] = answer_of(text)
        left = going
        if not left:
            break
    right = sum(a == p.answer for a, p in zip(answers, problems))
    return {"accuracy": round(right / len(problems), 4), "tokens": round(tokens / len(problems), 1), "peak": max(peak)}


@torch.no_grad()
def trial(model: Llama, ids: list[int], most: int = 8) -> tuple[str, float]:
    """The answer tried after ids + inducer, and the geometric mean of its tokens' probabilities."""
    ids = torch.tensor([ids + encode(styles.INDUCER)])
    hidden, past = model(ids)
    logs, out, closing = [], [], encode("}")[0]
    for _ in range(most):
        chances = model.logits(hidden[0, -1]).log_softmax(-1)
        token = int(chances.argmax())
        if token == closing:
            break
        logs.append(float(chances[token]))
        out.append(token)
        hidden, past = model(torch.tensor([[token]]), past=past)
    return decode(out), float(torch.tensor(logs).mean().exp()) if logs else 0.0


def early_exit(model: Llama, problems: list[Problem], texts: list[str], threshold: float = 0.95) -> dict:
    """DEER on finished chains of thought: try an answer before each Wait/Alternatively; thinking tokens spent, trials counted."""
    right = spent = full = 0
    before, after = [], []
    for p, text in zip(problems, texts):
        thinking, _, rest = text.partition("</think>")
        prompt = encode(styles.chat(styles.system_of("chain-of-thought"), p.question))
        all_ids = encode(thinking)
        full += len(all_ids)
        settled = re.search(r"\nSo ", thinking)
        answer, cost = answer_of(rest), len(all_ids)
        trials = 0
        for at in [m.start() for m in re.finditer(r"(Wait|Alternatively),", thinking)][:10]:
            cut = encode(thinking[:at].rstrip("\n") + "\n")
            tried, confidence = trial(model, prompt + cut)
            trials += len(encode(styles.INDUCER)) + len(encode(tried)) + 1
            (after if settled and at > settled.start() else before).append((confidence, tried == p.answer))
            if confidence > threshold:
                answer, cost = tried, len(cut)
                break
        right += answer == p.answer
        spent += cost + trials
    mean = lambda rows: [round(sum(x) / len(rows), 3) for x in zip(*rows)] if rows else None
    return {"accuracy": round(right / len(problems), 4), "share": round(spent / full, 3), "before": mean(before), "after": mean(after)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--split", default="valid")
    parser.add_argument("--families", default=",".join((*FAMILIES, "long-arithmetic")))
    parser.add_argument("--prosqa", help="a file of the official kind, measured besides")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, saved = load(args.model)
    print("step", saved["step"], flush=True)
    sets = {family: corpus.held_out(family, args.split, args.count, 11) for family in FAMILIES if family in args.families.split(",")}
    if args.prosqa:
        records = json.loads(Path(args.prosqa).read_text())[: args.count]
        sets["prosqa (official)"] = [from_record(r) for r in records]
    for family, problems in sets.items():
        for style, most in (("chain-of-thought", 1100), ("no-thinking", 16), ("chain-of-draft", 400), ("sketch-of-thought", 400)):
            figures, texts = score(model, problems, style, most)
            print(family, style, figures, flush=True)
            if style == "chain-of-thought":
                some = random.Random(0).sample(range(len(problems)), min(len(problems), 40))
                print(family, "deer", early_exit(model, [problems[i] for i in some], [texts[i] for i in some]), flush=True)
            if args.show:
                for p, t in list(zip(problems, texts))[:2]:
                    print(p.answer, "|", t, flush=True)
    if "long-arithmetic" not in args.families:
        return
    rng = random.Random(11)  # the longest stories: their chain of thought is three times the context that a round needs
    long = [draw(lambda r: long_story(r, 24), args.split, rng) for _ in range(args.count // 2)]
    figures = infty(model, long)
    prompts = prompts_of(long, "chain-of-thought")
    outs = greedy(model, prompts, 1700, batch=25)
    inside = sum(len(q) + len(x) <= figures["peak"] and answer_of(decode(x)) == p.answer for q, x, p in zip(prompts, outs, long))
    length = sum(len(q) + len(x) for q, x in zip(prompts, outs)) / len(long)
    print("long-arithmetic, 24 steps: inftythink", figures, f"| chain of thought: {length:.0f} tokens, right within the same context: {inside / len(long):.3f}", flush=True)


if __name__ == "__main__":
    main()
