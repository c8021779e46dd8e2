"""The paradigm router of Sketch-of-Thought (arXiv 2503.05179, section 3.2), small enough to ship as JSON.

    python -m training.router [--gsm8k train.jsonl] [--exemplars exemplars.json]     # seconds; writes models/pocket/router/router.json

A question becomes a set of features: its lower-case words with every digit read as 0, other signs one by one ("a 00 %"), and
all pairs of neighbours joined by a space, each hashed (FNV-1a, 32 bits, over UTF-8) into one of `buckets`. The set's vector,
1/sqrt(count) at each bucket present, goes through one linear layer; softmax of logits / temperature is the probability. The
temperature is fitted on valid, so that the probabilities are calibrated.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

import torch
import torch.nn.functional as F

from . import corpus
from .problems.general import question

LABELS = ["chunked_symbolism", "conceptual_chaining", "expert_lexicons"]
FAMILIES = (("arithmetic", 0), ("long-arithmetic", 0), ("prosqa", 1), ("triage", 2))
BUCKETS = 2048
FILE = Path(__file__).parent.parent / "models/pocket/router/router.json"


def fnv1a(text: str) -> int:
    h = 0x811C9DC5
    for byte in text.encode("utf8"):
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return h


def features(text: str) -> list[int]:
    """Buckets present, ascending. Only the first 400 words count."""
    words = re.findall(r"[a-z0]+|[^\sa-z0]", re.sub(r"\d", "0", text.lower()))[:400]
    return sorted({fnv1a(f) % BUCKETS for f in words + [f"{a} {b}" for a, b in zip(words, words[1:])]})


def vector(text: str) -> torch.Tensor:
    x, present = torch.zeros(BUCKETS), features(text)
    x[present] = len(present) ** -0.5 if present else 0.0
    return x


def examples(split: str, pocket: int, general: int, seed: int) -> list[tuple[str, int]]:
    rng = random.Random(f"{seed}/{split}")
    out = [(corpus.problem(family, split, rng).question, label) for family, label in FAMILIES for _ in range(pocket)]
    return out + [(question(label, rng, split), label) for label in range(3) for _ in range(general)]


def tensors(rows: list[tuple[str, int]]) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.stack([vector(q) for q, _ in rows]), torch.tensor([label for _, label in rows])


def figures(logits: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
    """Accuracy, and expected calibration error over ten bins."""
    p, guess = logits.softmax(-1).max(-1)
    bins = (p * 10).long().clamp(max=9)
    ece = sum((bins == b).float().mean() * (p[bins == b].mean() - (guess == y)[bins == b].float().mean()).abs() for b in range(10) if (bins == b).any())
    return (guess == y).float().mean().item(), float(ece)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gsm8k", help="openai/grade-school-math train file (MIT), added to the class of sums")
    parser.add_argument("--exemplars", help="SoT exemplars (MIT), only measured")
    args = parser.parse_args()
    torch.manual_seed(0)
    train, valid, test = (examples(split, n, m, 4) for split, n, m in (("train", 250, 1200), ("valid", 100, 300), ("test", 200, 300)))
    if args.gsm8k:
        sums = [(json.loads(line)["question"], 0) for line in Path(args.gsm8k).read_text().splitlines()]
        train, valid, test = train + sums[:700], valid + sums[700:850], test + sums[850:1000]
    x, y = tensors(train)
    layer = torch.nn.Linear(BUCKETS, 3)
    opt = torch.optim.AdamW(layer.parameters(), lr=0.05, weight_decay=0.02)
    for _ in range(300):
        opt.zero_grad()
        (F.cross_entropy(layer(x), y, label_smoothing=0.02) + 1e-4 * layer.weight.pow(2).sum()).backward()
        opt.step()
    with torch.no_grad():
        weight, bias = (layer.weight * 1000).round() / 1000, (layer.bias * 1000).round() / 1000
        xv, yv = tensors(valid)
        grid = [round(0.2 + 0.05 * i, 2) for i in range(57)]
        temperature = min(grid, key=lambda t: F.cross_entropy((xv @ weight.T + bias) / t, yv).item())
        for name, rows in (("test, pocket families", test[: 200 * len(FAMILIES)]), ("test, general", test[200 * len(FAMILIES) :])):
            xt, yt = tensors(rows)
            print(name, "accuracy %.4f, calibration error %.4f" % figures((xt @ weight.T + bias) / temperature, yt), f"n={len(rows)}")
        if args.exemplars:
            told = json.loads(Path(args.exemplars).read_text())["EN"]
            rows = [(e["question"], label) for label, name in enumerate(LABELS) for e in told[name]]
            xt, yt = tensors(rows)
            print("SoT exemplars, never trained on:", (xt @ weight.T + bias).argmax(-1).eq(yt).sum().item(), "of", len(rows))
    FILE.parent.mkdir(parents=True, exist_ok=True)
    data = {"v": 1, "features": "words+pairs, digits as 0, fnv1a32", "buckets": BUCKETS, "maxWords": 400, "labels": LABELS, "temperature": temperature,
            "bias": [round(b, 3) for b in bias.tolist()], "weights": [[round(w, 3) for w in row] for row in weight.tolist()]}
    FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n", "utf8")
    print(f"{FILE.stat().st_size / 1000:.0f} kB, temperature {temperature}")


if __name__ == "__main__":
    main()
