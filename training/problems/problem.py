"""What every family's generator returns, and how problems are divided into train, valid and test.

The division hangs on the problem's content alone (its sentences, sorted), so no problem, however reordered, is in two splits.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

SPLITS = ("train", "valid", "test")


@dataclass
class Problem:
    family: str  # arithmetic | long-arithmetic | prosqa | triage
    question: str
    answer: str
    steps: int
    data: dict = field(default_factory=dict)  # what the styles need to write a solution down

    def key(self) -> str:
        sentences = sorted(s.strip() for s in re.split(r"(?<=[.?])\s", self.question))
        return hashlib.sha256(" ".join(sentences).encode()).hexdigest()

    def split(self) -> str:
        bucket = int(self.key()[:8], 16) % 20
        return SPLITS[0 if bucket < 18 else bucket - 17]

    def row(self) -> dict:
        return {"question": self.question, "answer": self.answer, "family": self.family, "steps": self.steps}


def draw(make: Callable[[random.Random], Problem], split: str, rng: random.Random) -> Problem:
    """Problems from make() until one belongs to the split."""
    while True:
        problem = make(rng)
        if problem.split() == split:
            return problem


def draw_many(make: Callable[[random.Random], Problem], split: str, count: int, seed: int) -> list[Problem]:
    """count different problems of a split; the same seed gives the same list."""
    rng, seen, out = random.Random(f"{seed}/{split}"), set(), []
    while len(out) < count:
        problem = draw(make, split, rng)
        if problem.key() not in seen:
            seen.add(problem.key())
            out.append(problem)
    return out
