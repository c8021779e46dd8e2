"""How each style writes a problem's solution down: the text that the base model learns to write.

A completion is a list of pieces. A piece may carry no loss (injected mistakes are shown but not learnt) and may end at a place
where thinking can be cut. At such places *branches* leave the main text: a trial answer (DEER, arXiv 2504.15895, section 3)
or the end of thinking under a budget (s1, arXiv 2501.19393); cut at the very start, that is no-thinking (arXiv 2504.09858).
A branch always ends in the true answer, so the model's confidence there tells how much of the answer is settled.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

from .problems.problem import Problem

PROMPTS = json.loads((Path(__file__).parent.parent / "src/engine/strategies/prompts.json").read_text("utf8"))
INDUCER = PROMPTS["trial"]["inducer"]
PARADIGM = {"arithmetic": "chunked_symbolism", "long-arithmetic": "chunked_symbolism", "prosqa": "conceptual_chaining", "triage": "expert_lexicons"}
ROUND_STEPS = 4  # steps of an InftyThink round
END = "<|im_end|>"


@dataclass
class Piece:
    text: str
    loss: bool = True
    cut: bool = False


@dataclass
class Sample:
    system: str
    user: str
    pieces: list[Piece] = field(default_factory=list)
    answer: str = ""
    branches: int = 0  # trials to hang on the cuts

    def prompt(self) -> str:
        return chat(self.system, self.user)


def chat(system: str, user: str) -> str:
    return f"<|im_start|>system\n{system}{END}\n<|im_start|>user\n{user}{END}\n<|im_start|>assistant\n"


def system_of(style: str, paradigm: str | None = None) -> str:
    return PROMPTS[style][paradigm]["system"] if paradigm else PROMPTS[style]["system"]


def closing(answer: str) -> str:
    return f"The answer is \\boxed{{{answer}}}{END}"


def line(text: str) -> Piece:
    return Piece(text + "\n", cut=True)


def sum_of(s) -> str:
    return f"{s.left} {s.op} {s.right} = {s.value}"


def undo(s) -> str:
    back = {"+": "-", "-": "+", "×": "/", "/": "×"}[s.op]
    return f"{s.value} {back} {s.right} = {s.left}"


def place(s, steps: list) -> str:
    """Where the story has got to, in the question's words: whether it goes on is then one look at the question."""
    return f"{s.mark}, as asked" if s is steps[-1] else s.mark


def arithmetic_step(s, p: Problem) -> str:
    return f"{s.sentence}. That makes {sum_of(s)} {p.data['item']} {place(s, p.data['steps'])}."


def think_arithmetic(p: Problem, rng: random.Random) -> list[Piece]:
    d, out = p.data, [line(f"{p.data['hero']} has {p.data['start']} {p.data['item']}.")]
    for s in d["steps"]:
        if rng.random() < 0.04:  # a mistake, found at once; its value is not learnt
            wrong = s.value + rng.choice((-10, -2, -1, 1, 2, 10))
            out += [Piece(f"{s.sentence}. That makes {s.left} {s.op} {s.right} ="), Piece(f" {max(0, wrong)}", loss=False), Piece(f" {d['item']}.", loss=False)]
            out += [Piece("\n\n"), line(f"Wait, that is not right: {sum_of(s)} {d['item']} {place(s, d['steps'])}.")]
        else:
            out.append(line(arithmetic_step(s, p)))
            if rng.random() < 0.06 and s is not d["steps"][-1]:
                out.append(line(f"\nWait, let me check that: {undo(s)}, so {s.value} is right."))
    out.append(line(f"So the answer is {p.answer}."))
    u = rng.random()
    if u < 0.8:
        out.append(line("\nWait, let me check this again."))
        out += [line(f"{s.sentence}, so {sum_of(s)} {place(s, d['steps'])}.") for s in d["steps"]]
        out.append(line(f"So it is {p.answer} again."))
    if u > 0.35:
        out.append(line(f"\nAlternatively, go backwards from {p.answer}."))
        out += [line(f"Before {s.key}: {undo(s)}.") for s in reversed(d["steps"])]
        out.append(line(f"That leads back to the start, so it is {p.answer}."))
    return out


def noted(s) -> str:
    """"Monday +7: 14+7=21": first what the sentence says, then the sum; the sign is looked up where its name stands."""
    return f"{s.key} {s.said}: {sum_of(s).replace(' ', '')}"


def draft_arithmetic(p: Problem) -> list[str]:
    """A chain of comparisons ends with the name of the person asked for, where the next line would go on from."""
    last = [p.data["owner"]] if p.data["kind"] == "compared" else []
    return [noted(s) for s in p.data["steps"]] + last


def sketch_arithmetic(p: Problem) -> list[str]:
    first = p.data["hero"] if p.data["kind"] == "compared" else "start"
    return [f"{first}={p.data['start']}"] + draft_arithmetic(p)


def listed(words: list[str]) -> str:
    text = [f"a {w}" for w in words]
    return " and ".join([", ".join(text[:-1]), text[-1]] if len(text) > 1 else text)


def every(name: str) -> str:
    return name if name[0].isupper() else f"Every {name}"


def look(node: str, new: list[str]) -> Piece:
    return line(f"Look at {node}. {every(node)} is {listed(new)}." if new else f"Look at {node}. Nothing new.")


def think_prosqa(p: Problem, rng: random.Random) -> list[Piece]:
    d, out = p.data, []
    root, target, other, lines, path = d["root"], d["target"], d["other"], d["lines"], d["path"]
    for i, (node, new) in enumerate(lines[: d["found"] + 1]):
        out.append(look(node, new))
        if i < d["found"] and rng.random() < 0.05:
            out.append(line(f"\nWait, is {target if rng.random() < 0.5 else other} there? Not yet."))
    out.append(line(f"That reaches {target}."))
    out.append(line(", ".join(f"{b} comes from {a}" for b, a in zip(path, path[1:])) + "."))
    out.append(line(f"So {root} is a {target}."))
    u = rng.random()
    if u < 0.75:
        out.append(line(f"\nWait, let me check the other option, {other}."))
        out += [look(*l) for l in lines[d["found"] + 1 :]]
        out.append(line(f"No more names, so {other} is not reached."))
    if u > 0.25:
        out.append(line("\nAlternatively, walk through it again."))
        out += [line(f"From {node}: {', '.join(new)}.") for node, new in lines[: d["found"] + 1] if new]
        out.append(line(f"So {root} is a {target} again."))
    return out


def sketch_prosqa(p: Problem) -> list[str]:
    d = p.data
    told = [f"{node} → {' '.join(new) if new else '-'}" for node, new in d["lines"][: d["found"] + 1]]
    return ["#" + told[0], *told[1:]]


def draft_prosqa(p: Problem) -> list[str]:
    return [f"{node}: {' '.join(new) if new else '-'}" for node, new in p.data["lines"][: p.data["found"] + 1]]


def relation(r, names) -> str:
    side = "above" if r.side > 0 else "below"
    return (f"not {side} {r.first}", f"{side} {r.first} but not {side} {r.second}", f"{side} {r.second}")[r.level]


def think_triage(p: Problem, rng: random.Random) -> list[Piece]:
    names, readings, out = p.data["names"], p.data["readings"], []
    for r in readings:
        start = f"The {r.words} is {r.value} {r.unit}. The limits are {r.first} and {r.second}. {r.value} is {relation(r, names)}, so it is"
        if rng.random() < 0.04:
            wrong = rng.choice([n for n in names if n != names[r.level]])
            out += [Piece(start), Piece(f" {wrong}.", loss=False), Piece("\n\n"), line(f"Wait, that is not right: the {r.words} is {names[r.level]}.")]
        else:
            out.append(line(f"{start} {names[r.level]}."))
    counts = [sum(r.level == level for r in readings) for level in (2, 1)]
    out.append(line(f"That makes {counts[0]} {names[2]} and {counts[1]} {names[1]}."))
    out.append(line(f"So the {p.data['domain']} is {p.answer}."))
    u = rng.random()
    if u < 0.75:
        out.append(line("\nWait, let me check the limits again."))
        out += [line(f"The {r.words}, {r.value} {r.unit}, is {relation(r, names)}: {names[r.level]}.") for r in readings]
        out.append(line(f"So it is {p.answer} again."))
    if u > 0.5:
        out.append(line("\nAlternatively, sort them."))
        out += [line(f"{names[level].capitalize()}: {', '.join(r.words for r in readings if r.level == level) or 'nothing'}.") for level in (2, 1, 0)]
        out.append(line(f"That is {p.answer} too."))
    return out


def limits(r) -> str:
    return f"{r.short} {r.value} ({r.first}/{r.second})"


def sketch_triage(p: Problem) -> list[str]:
    return [f"{limits(r)} → {p.data['names'][r.level]}" for r in p.data["readings"]] + [f"∴ {p.answer}"]


def draft_triage(p: Problem) -> list[str]:
    return [f"{limits(r)}: {p.data['names'][r.level]}" for r in p.data["readings"]]


THINK = {"arithmetic": think_arithmetic, "long-arithmetic": think_arithmetic, "prosqa": think_prosqa, "triage": think_triage}
DRAFT = {"arithmetic": draft_arithmetic, "long-arithmetic": draft_arithmetic, "prosqa": draft_prosqa, "triage": draft_triage}
SKETCH = {"arithmetic": sketch_arithmetic, "long-arithmetic": sketch_arithmetic, "prosqa": sketch_prosqa, "triage": sketch_triage}


def chain_of_thought(p: Problem, rng: random.Random) -> Sample:
    pieces = [Piece("<think>\n", cut=True), *THINK[p.family](p, rng), Piece("</think>\n\n" + closing(p.answer))]
    return Sample(system_of("chain-of-thought"), p.question, pieces, p.answer, branches=4)


def chain_of_draft(p: Problem, rng: random.Random) -> Sample:
    steps = DRAFT[p.family](p)
    open_end = p.data.get("kind") == "compared"  # the name at the end of a comparison is no step
    pieces = [Piece(("" if i == 0 else " ") + s + ("" if open_end and i == len(steps) - 1 else ";"), cut=True) for i, s in enumerate(steps)]
    return Sample(system_of("chain-of-draft"), p.question, [*pieces, Piece(f"\n#### {p.answer}{END}")], p.answer, branches=1)


def sketch_of_thought(p: Problem, rng: random.Random) -> Sample:
    paradigm = PARADIGM[p.family] if rng.random() < 0.9 else rng.choice(list(PROMPTS["sketch-of-thought"]))
    pieces = [Piece("<think>\n", cut=True), *map(line, SKETCH[p.family](p)), Piece(f"</think>\n\n\\boxed{{{p.answer}}}{END}")]
    return Sample(system_of("sketch-of-thought", paradigm), p.question, pieces, p.answer, branches=1)


def look_ups(p: Problem, rng: random.Random) -> Sample:
    """Practice, not a style: names in random order, each asked for what the question says of it. Only the replies are learnt."""
    d, facts = p.data, []
    if p.family == "prosqa":
        below: dict[str, list[str]] = {}
        for parent, child in d["edges"]:
            below.setdefault(parent, []).append(child)
        facts = [(node, " → " + " ".join(children)) for node, children in below.items()]
    elif p.family == "triage":
        bare = rng.random() < 0.6
        facts = [(f"{r.words}:", f" {r.value} {r.unit}, limits {r.first} and {r.second}") for r in d["readings"]]
        facts = [(r.short, limits(r).removeprefix(r.short)) for r in d["readings"]] if bare else facts
    else:
        bare = rng.random() < 0.6  # what drafts and sketches need of a sentence
        facts = [(s.key, f" {s.said}" if bare else f": {s.sentence}") for s in d["steps"]]
    pieces = []
    for _ in range(max(2, 24 // len(facts))):
        for name, reply in rng.sample(facts, len(facts)):
            pieces += [Piece(name, loss=False), Piece(reply + "\n")]
    return Sample("Look it up.", p.question, pieces, p.answer)


def sums(made: list, rng: random.Random) -> Sample:
    """Practice, not a style: steps' sums by themselves, spaced as in sentences or close as in drafts."""
    pieces = []
    for s in made:
        text = sum_of(s) if rng.random() < 0.4 else sum_of(s).replace(" ", "")
        if rng.random() < 0.15:
            text = undo(s)
        question, sign, result = text.partition("=")
        pieces += [Piece(question + sign, loss=False), Piece(result + "\n")]
    return Sample("Calculate.", "Sums.", pieces)


def comparisons(problems: list[Problem]) -> Sample:
    """Practice, not a style: readings against their limits, in the words of thoughts or the signs of drafts."""
    pieces = []
    for p in problems:
        names = p.data["names"]
        pieces.append(Piece(f"{', '.join(names)}\n", loss=False))
        for r in p.data["readings"]:
            pieces += [Piece(f"The limits are {r.first} and {r.second}. {r.value} is", loss=False), Piece(f" {relation(r, names)}: {names[r.level]}\n")]
            pieces += [Piece(f"{limits(r)}:", loss=False), Piece(f" {names[r.level]}\n")]
    return Sample("Compare.", "Readings.", pieces)


def rounds(p: Problem) -> list[tuple[str | None, list[Piece]]]:
    """InftyThink (arXiv 2503.06692, section 3): [(history, completion)] of all rounds; only the last one concludes."""
    if "arithmetic" not in p.family:
        short = [x for x in THINK[p.family](p, random.Random(0))]
        so = next(i for i, x in enumerate(short) if x.text.startswith("So "))
        return [(None, [Piece("<think>\n"), *short[: so + 1], Piece("</think>\n\n" + closing(p.answer))])]
    d, out, history = p.data, [], None
    for first in range(0, p.steps, ROUND_STEPS):
        steps = d["steps"][first : first + ROUND_STEPS]
        pieces = [Piece("<think>\n"), line(history or f"{d['hero']} has {d['start']} {d['item']}.")]
        pieces += [line(arithmetic_step(s, p)) for s in steps]
        told = history
        if first + ROUND_STEPS < p.steps:
            s = steps[-1]
            if d["kind"] == "compared":
                history = f"So far, {s.key.split(', ')[-1]} has {s.value} {d['item']}."
            else:
                history = f"Up to {s.key}, {d['hero']} has {s.value} {d['item']}."
            pieces.append(Piece(f"</think>\n<summary>\n{history}\n</summary>{END}"))
        else:
            pieces += [line(f"So the answer is {p.answer}."), Piece("</think>\n\n" + closing(p.answer))]
        out.append((told, pieces))
    return out


def with_history(question: str, history: str | None) -> str:
    return question if history is None else f"{question}\n<history>\n{history}\n</history>"


def inftythink(p: Problem, rng: random.Random) -> Sample:
    history, pieces = rng.choice(rounds(p))
    return Sample(system_of("inftythink"), with_history(p.question, history), pieces, p.answer)
