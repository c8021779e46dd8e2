"""The paradigm router of Sketch-of-Thought (arXiv 2503.05179, section 3.2), small enough to ship as JSON.

    python -m training.router [--seed 4] [--exemplars exemplars.json]     # writes models/pocket/router/router.json; half a minute

A question becomes a set of features (`features`), each hashed (FNV-1a, 32 bits, over UTF-8) into one of `BUCKETS`. The set's vector,
1/sqrt(count) at each bucket present, goes through one linear layer; softmax of logits / temperature is the probability.

What generalises to questions in other words than those of training: pieces of words (-itis, -emia, -ase), abbreviations and
capitals before they are lost, how many numbers there are. Six in ten features are dropped at random while it trains, so that
no class hangs on a few words of its forms. Rates were chosen on valid; there the temperature is fitted too, so that the
probabilities are calibrated; the weights that ship are then fitted again on train and valid together.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import unicodedata
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F

from . import corpus
from .problems.general import HELD_OUT, PARADIGMS, held_out, question

FAMILIES = (("arithmetic", 0), ("long-arithmetic", 0), ("prosqa", 1), ("triage", 2))
BUCKETS = 16384
ROOT = Path(__file__).parent.parent
FILE = ROOT / "models/pocket/router/router.json"
PINNED = ROOT / "test/fixtures/router.json"
# Letters and digits of ASCII in runs of at most 40, other signs one by one. The engine's routerFeatures.ts has the same.
WORD = re.compile(r"[A-Za-z0]{1,40}|[^\x00-\x20A-Za-z0]")
ODD = ["", "  \n\t ", "首尔使用什么货币？", "٣ + ٤ = ?", "Zoë's café: ½ of ²", "İstanbul ﬁx 🙂🙂", "x" * 100 + " mTOR p53 1I/2017 U1 QT", "word " * 500, "Ångström, naïve. Ok?"]

Rows = list[tuple[str, int]]


@cache
def fnv1a(text: str) -> int:
    h = 0x811C9DC5
    for byte in text.encode("utf8"):
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return h


def shape(word: str, first: bool) -> str:
    """What a word looks like: a number, letters with digits, an abbreviation, one capital, a name inside a sentence, or nothing of these."""
    capitals = sum("A" <= letter <= "Z" for letter in word)
    if "0" in word:
        return "^a0" if word.strip("0") else "^0"
    if capitals >= 2 or (capitals and not "A" <= word[0] <= "Z"):
        return "^AA"
    if capitals and len(word) == 1:
        return "^A"
    return "^Aa" if capitals and not first else ""


def features(text: str) -> set[str]:
    """Of the first 400 words: lower-case words with every digit read as 0, pieces of 3 and 4 letters of the longer ones, shapes, pairs
    of neighbours of which one has a shape, and how many numbers, abbreviations, long words and words there are at least."""
    plain = re.sub(r"\d", "0", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)))
    words = WORD.findall(plain)[:400]
    lower = [word.lower() for word in words]
    shapes = [shape(word, i == 0 or words[i - 1] in tuple('.?!:)"')) for i, word in enumerate(words)]
    seen = {*lower, *filter(None, shapes), *(f"|{word}" for word in lower[:1])}
    for word in set(lower):
        if len(word) >= 5 and "0" not in word:
            edged = f"<{word}>"
            seen.update(f"~{edged[i : i + n]}" for n in (3, 4) for i in range(len(edged) - n + 1))
    known = [s or word for s, word in zip(shapes, lower)]
    seen.update(f"{known[i]}_{known[i + 1]}" for i in range(len(known) - 1) if shapes[i] or shapes[i + 1])
    counts = (
        ("#", shapes.count("^0"), (1, 2, 3, 4)), ("#AA", shapes.count("^AA"), (1, 2, 3)),
        ("#l", sum(len(word) > 8 for word in lower), (1, 2, 3, 5)), ("#w", len(lower), (8, 16, 32, 64)),
    )
    seen.update(f"{name}{least}" for name, count, steps in counts for least in steps if count >= least)
    return seen | (set() if "^0" in shapes else {"#0"})


def buckets(text: str) -> list[int]:
    """Buckets present, ascending."""
    return sorted({fnv1a(feature) % BUCKETS for feature in features(text)})


class Vectors:
    """Sparse vectors of questions, [row, bucket]."""

    def __init__(self, rows: Rows):
        present = [buckets(question) for question, _ in rows]
        self.labels = torch.tensor([label for _, label in rows])
        self.column = torch.tensor([bucket for row in present for bucket in row])
        self.row = torch.repeat_interleave(torch.arange(len(rows)), torch.tensor([len(row) for row in present]))

    def matrix(self, keep: float = 1.0) -> torch.Tensor:
        """[row, bucket], each feature kept with the chance `keep`."""
        kept = torch.rand(len(self.column)) < keep if keep < 1 else torch.ones(len(self.column), dtype=torch.bool)
        row, column = self.row[kept], self.column[kept]
        count = torch.bincount(row, minlength=len(self.labels)).clamp(min=1)
        return torch.sparse_coo_tensor(torch.stack([row, column]), count[row].rsqrt(), (len(self.labels), BUCKETS))


def examples(split: str, pocket: int, general: int, seed: int) -> Rows:
    rng = random.Random(f"{seed}/{split}/known")
    out = [(corpus.problem(family, split, rng).question, label) for family, label in FAMILIES for _ in range(pocket)]
    return out + [(question(label, rng, split), label) for label in range(3) for _ in range(general)]


@torch.no_grad()
def fit(rows: Rows, seed: int, steps: int = 80, rate: float = 0.05, smoothing: float = 0.02) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights [bucket, label] and bias [label], as whole multiples of `scale(weights)`."""
    torch.manual_seed(seed)
    vectors, weight, bias = Vectors(rows), torch.zeros(BUCKETS, 3), torch.zeros(3)
    wanted = F.one_hot(vectors.labels, 3) * (1 - smoothing) + smoothing / 3
    optimizer = torch.optim.AdamW([weight, bias], lr=rate, weight_decay=0.02)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, 2 * (1 - step / steps))
        x = vectors.matrix(keep=0.4)
        error = ((x @ weight + bias).softmax(-1) - wanted) / len(rows)
        weight.grad, bias.grad = x.T @ error + 2e-4 * weight, error.sum(0)
        optimizer.step()
    weight = (weight / scale(weight)).round() * scale(weight)
    return weight, bias.mul(1000).round() / 1000


def scale(weight: torch.Tensor) -> float:
    return round(weight.abs().max().item() / 127, 6)


@torch.no_grad()
def logits(rows: Rows, weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    vectors = Vectors(rows)
    return vectors.matrix() @ weight + bias, vectors.labels


def figures(logits: torch.Tensor, y: torch.Tensor) -> str:
    """Accuracy, that of each class, and expected calibration error over ten bins."""
    p, guess = logits.softmax(-1).max(-1)
    right = (guess == y).float()
    bins = (p * 10).long().clamp(max=9)
    ece = sum((bins == b).float().mean() * (p[bins == b].mean() - right[bins == b].mean()).abs() for b in range(10) if (bins == b).any())
    classes = ", ".join(f"{name} {right[y == label].mean():.3f}" for label, name in enumerate(PARADIGMS) if (y == label).any())
    return f"accuracy {right.mean():.4f} ({classes}), calibration error {ece:.4f}, n={len(y)}"


def probabilities(question: str, data: dict) -> list[float]:
    """As the engine computes them from the file."""
    present = buckets(question)
    columns = [[byte - 256 if byte > 127 else byte for byte in base64.b64decode(text)] for text in data["weights"]]
    sums = [sum(column[bucket] for bucket in present) * data["scale"] / max(1, len(present)) ** 0.5 for column in columns]
    return torch.tensor([(b + s) / data["temperature"] for b, s in zip(data["bias"], sums)], dtype=torch.float64).softmax(0).tolist()


def pinned(data: dict) -> list[dict]:
    """Questions with the buckets and probabilities that the engine must find too."""
    asked = ODD + [q for q, _ in examples("valid", 1, 4, seed=0)]
    return [{"question": q, "buckets": buckets(q), "probabilities": [round(p, 12) for p in probabilities(q, data)]} for q in asked]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--exemplars", help="SoT exemplars (MIT), only measured")
    parser.add_argument("--valid", action="store_true", help="only the accuracy on valid, of weights that saw train alone")
    args = parser.parse_args()
    torch.set_num_threads(1)
    train, valid = examples("train", 200, 2000, args.seed), examples("valid", 100, 600, args.seed)
    z, y = logits(valid, *fit(train, args.seed))
    print("valid, general:", figures(z[400:], y[400:]))
    if args.valid:
        return
    grid = [round(0.2 + 0.05 * i, 2) for i in range(57)]
    temperature = min(grid, key=lambda t: F.cross_entropy(z[400:] / t, y[400:]).item())
    weight, bias = fit(train + examples("valid", 70, 670, args.seed), args.seed)

    def measure(name: str, rows: Rows) -> None:
        z, y = logits(rows, weight, bias)
        print(f"{name}:", figures(z / temperature, y), flush=True)

    measure("test, pocket families", examples("test", 200, 0, args.seed))
    for origin in HELD_OUT:
        measure(f"test, {origin} forms", held_out(origin))
    if args.exemplars:
        told = json.loads(Path(args.exemplars).read_text())["EN"]
        measure("SoT exemplars", [(e["question"], label) for label, name in enumerate(PARADIGMS) for e in told[name]])
    step = scale(weight)
    columns = [base64.b64encode((column / step).round().to(torch.int8).numpy().tobytes()).decode() for column in weight.T.contiguous()]
    data = {"v": 2, "features": "words, pieces, shapes, counts; fnv1a32", "buckets": BUCKETS, "labels": PARADIGMS, "temperature": temperature,
            "bias": [round(b, 3) for b in bias.tolist()], "scale": step, "weights": columns}
    FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n", "utf8")
    PINNED.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in pinned(data)) + "\n]\n", "utf8")
    print(f"{FILE.stat().st_size / 1000:.0f} kB, temperature {temperature}")


if __name__ == "__main__":
    main()
