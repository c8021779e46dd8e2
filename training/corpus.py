"""The stream of training samples: which family, how hard, in which style. Seeded; `progress` in [0, 1] is the curriculum."""

from __future__ import annotations

import random

from . import styles
from .problems.arithmetic import long_story, story
from .problems.graphs import graph_problem
from .problems.problem import Problem, draw, draw_many
from .problems.triage import triage

FAMILIES = {"arithmetic": 44, "prosqa": 28, "triage": 14, "long-arithmetic": 14}
STYLES = {
    "arithmetic": {"chain_of_thought": 44, "chain_of_draft": 22, "sketch_of_thought": 26, "inftythink": 8},
    "prosqa": {"chain_of_thought": 36, "chain_of_draft": 24, "sketch_of_thought": 36, "inftythink": 4},
    "triage": {"chain_of_thought": 46, "chain_of_draft": 20, "sketch_of_thought": 30, "inftythink": 4},
    "long-arithmetic": {"chain_of_thought": 12, "chain_of_draft": 8, "sketch_of_thought": 8, "inftythink": 72},
}


def pick(weights: dict[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def problem(family: str, split: str, rng: random.Random, progress: float = 1.0) -> Problem:
    """A problem of the split, smaller early in the curriculum."""
    if family == "arithmetic":
        most = 2 + round(10 * progress)
        return draw(lambda r: story(r, None if progress >= 1 else r.randint(2, max(2, most)) if most <= 6 else None), split, rng)
    if family == "long-arithmetic":
        return draw(lambda r: long_story(r, None if progress >= 1 else r.randint(6, 10 + round(14 * progress))), split, rng)
    if family == "triage":
        return draw(triage, split, rng)
    size = 7 + round(12 * progress)
    return graph_problem(rng, split, None if progress >= 1 or size >= 17 else rng.randint(6, size))


def sample(rng: random.Random, progress: float = 1.0, split: str = "train") -> styles.Sample:
    family = pick(FAMILIES, rng)
    return getattr(styles, pick(STYLES[family], rng))(problem(family, split, rng, progress), rng)


def held_out(family: str, split: str, count: int, seed: int = 11) -> list[Problem]:
    """count different problems of valid or test, for measurements."""
    if family == "prosqa":
        rng, out = random.Random(f"{seed}/{split}"), {}
        while len(out) < count:
            p = graph_problem(rng, split)
            out.setdefault(p.key(), p)
        return list(out.values())
    return draw_many({"arithmetic": story, "long-arithmetic": long_story, "triage": triage}[family], split, count, seed)
