"""The stream of training samples: which family, how hard, in which style. Seeded; `progress` in [0, 1] is the curriculum."""

from __future__ import annotations

import random

from . import styles
from .problems.arithmetic import long_story, story
from .problems.graphs import graph_problem
from .problems.problem import Problem, draw, draw_many
from .problems.triage import triage

FAMILIES = {"arithmetic": 61, "prosqa": 2, "triage": 23, "long-arithmetic": 14}
STYLES = {
    "arithmetic": {"chain_of_thought": 30, "chain_of_draft": 32, "sketch_of_thought": 32, "inftythink": 6},
    "prosqa": {"chain_of_thought": 28, "chain_of_draft": 30, "sketch_of_thought": 38, "inftythink": 4},
    "triage": {"chain_of_thought": 30, "chain_of_draft": 34, "sketch_of_thought": 32, "inftythink": 4},
    "long-arithmetic": {"chain_of_thought": 14, "chain_of_draft": 13, "sketch_of_thought": 13, "inftythink": 60},
}


def pick(weights: dict[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def problem(family: str, split: str, rng: random.Random, progress: float = 1.0) -> Problem:
    """A problem of the split, smaller early in the curriculum."""

    def most(low: int, high: int) -> int | None:
        return None if progress >= 1 else rng.randint(low, low + 1 + round((high - low - 1) * progress))

    if family == "arithmetic":
        return draw(lambda r: story(r, most(2, 9)), split, rng)
    if family == "long-arithmetic":
        return draw(lambda r: long_story(r, most(5, 24)), split, rng)
    if family == "triage":
        return draw(lambda r: triage(r, most(2, 6)), split, rng)
    size = most(6, 22)
    return graph_problem(rng, split, None if size and size >= 17 else size)


def sample(rng: random.Random, progress: float = 1.0, split: str = "train") -> styles.Sample:
    family = pick(FAMILIES, rng)
    if rng.random() < 0.14:
        return styles.sums([s for _ in range(4) for s in story(rng, 9).data["steps"]], rng)
    if rng.random() < 0.08:
        return styles.comparisons([triage(rng) for _ in range(5)])
    if rng.random() < 0.1:
        return styles.look_ups(problem(family, split, rng, progress), rng)
    made = getattr(styles, pick(STYLES[family], rng))(problem(family, split, rng, progress), rng)
    made.branches = made.branches if rng.random() < 0.35 * progress else 0  # before the answer is settled their loss is mostly noise
    return made


def held_out(family: str, split: str, count: int, seed: int = 11) -> list[Problem]:
    """count different problems of valid or test, for measurements."""
    if family == "prosqa":
        rng, out = random.Random(f"{seed}/{split}"), {}
        while len(out) < count:
            p = graph_problem(rng, split)
            out.setdefault(p.key(), p)
        return list(out.values())
    return draw_many({"arithmetic": story, "long-arithmetic": long_story, "triage": triage}[family], split, count, seed)
