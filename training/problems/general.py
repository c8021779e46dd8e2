"""Short general questions, written for the router only: what each of the three paradigms of Sketch-of-Thought is for.

Sums and word problems go to chunked symbolism, facts and connections between them to conceptual chaining, professional
matter with its own abbreviations to expert lexicons (arXiv 2503.05179, section 3).

They are made from forms, one a line in `questions/SET/CLASS.txt`. In a form, [this|that] is a choice, {name} a word of the list
of that name in `words.txt` ({name2}, {name3} are others of the list), {n}, {m}, {k} whole numbers, {f} one with a decimal, \\n a new line.
The set `known` trains and validates: every fourth form and every fourth word of a list is for valid alone. The sets of HELD_OUT
only measure. `older` are the forms that this router's predecessor was tested on, with nouns of which `known` has many too. `middle`
and `fresh` were written after the features were settled and share no listed word with `known`; `middle` was looked at once, by
its accuracy in each class, before `known` got its last hundred forms; `fresh` is from after that, and nothing was changed since.
"""

from __future__ import annotations

import functools
import random
import re
from pathlib import Path

CLASSES = ("symbols", "chains", "experts")
PARADIGMS = ("chunked_symbolism", "conceptual_chaining", "expert_lexicons")
HELD_OUT = ("older", "middle", "fresh")
FOLDER = Path(__file__).parent / "questions"
CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
SLOT = re.compile(r"\{([a-z]+)(\d?)\}")


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf8").splitlines() if line and not line.startswith("#")]


def part(things: list[str], split: str) -> list[str]:
    """What of the set `known` belongs to train or valid; of a held-out set, everything belongs to test."""
    return things if split == "test" else [thing for i, thing in enumerate(things) if (i % 4 == 3) == (split == "valid")]


@functools.cache
def forms(label: int, split: str, origin: str = "known") -> list[str]:
    return part([line.replace("\\n", "\n") for line in lines(FOLDER / origin / f"{CLASSES[label]}.txt")], split)


@functools.cache
def words(split: str, origin: str = "known") -> dict[str, list[str]]:
    told = (line.split(": ", 1) for line in lines(FOLDER / origin / "words.txt"))
    return {name: part(text.split("; "), split) for name, text in told}


def numbers(rng: random.Random) -> dict[str, str]:
    """Numbers of the sizes that sums, readings and times have."""
    size = rng.choice((30, 200, 900, 20000))
    return {
        "n": str(rng.randint(2, size)), "m": str(rng.randint(2, 40)), "k": str(rng.randint(2, 90)), "f": f"{rng.uniform(0.1, 30):.1f}", "h": str(rng.randint(1, 12)),
        "mm": f"{rng.randint(0, 59):02}", "age": str(rng.randint(18, 90)), "code": str(rng.choice((137, 404, 500, 502, 139))), "flag": rng.choice("vrnxzkC"),
    }


def fill(form: str, rng: random.Random, lists: dict[str, list[str]]) -> str:
    while CHOICE.search(form):
        form = CHOICE.sub(lambda m: rng.choice(m[1].split("|")), form)
    drawn: dict[str, list[str]] = {}

    def word(slot: re.Match[str]) -> str:
        name, which = slot[1], int(slot[2] or 1)
        if name not in lists:
            return numbers(rng)[name] if which > 1 else drawn.setdefault(name, [numbers(rng)[name]])[0]
        some = drawn.setdefault(name, rng.sample(lists[name], len(lists[name])))
        return some[(which - 1) % len(some)]

    text = SLOT.sub(word, form)
    return text[:1].upper() + text[1:]


def question(label: int, rng: random.Random, split: str = "train", origin: str = "known") -> str:
    """A question of class 0 (symbols), 1 (chains) or 2 (experts); `origin` is a set of HELD_OUT when split is test."""
    return fill(rng.choice(forms(label, split, origin)), rng, words(split, origin))


def held_out(origin: str, each: int = 300, seed: int = 4) -> list[tuple[str, int]]:
    """Questions of a set of HELD_OUT with their classes, `each` of every class; the same seed gives the same list."""
    rng = random.Random(f"{seed}/test/{origin}")
    return [(question(label, rng, "test", origin), label) for label in range(3) for _ in range(each)]
