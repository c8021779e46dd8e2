"""Arithmetic stories: one quantity changes step by step, or each person has more, fewer, twice as many … than the last one.

Every number stays a whole number below 1000. Two kinds: dated events ("On Monday Mia buys 7 apples.") and comparisons ("Compared
to Mia, Tom has 7 more apples."). Sentences about other things distract. Each step has a name of its own (a date, a person), each
leads to the next one's, and the question names the last ("after Friday", "with Tom"). Events in no order but the sentences' own
were tried as well: finding the next one takes a look more than this small model learns in a few hours.
Long stories are dated by a count ("Day 7: buys 12.") and told in telegram style, so that the story fits a small context
although its solution does not. The answer comes out of the steps themselves: a step is (left, operator, right, value).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .problem import Problem

SHE = ["Mia", "Ann", "Eva", "Sally", "Polly", "Stella", "Carol", "Fae", "Lucy", "Nora"]
HE = ["Tom", "Bob", "Max", "Jack", "Oliver", "Sam", "Rex", "Leo", "Paul", "Gabriel"]
THINGS = ["apples", "pears", "coins", "books", "cards", "eggs", "shells", "stamps", "pens", "marbles", "balls", "nuts", "stones", "cups", "seeds", "boxes"]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
COUNTED = [("On day", "day"), ("In week", "week"), ("At stop", "stop"), ("In round", "round")]
GAIN = ["{s} buys {k} {i}", "{s} finds {k} {i}", "{s} gets {k} {i} from {f}", "{s} picks up {k} {i}", "{f} gives {o} {k} {i}"]
LOSS = ["{s} sells {k} {i}", "{s} loses {k} {i}", "{s} gives {k} {i} to {f}", "{s} uses {k} {i}", "{s} throws away {k} {i}"]
SCALED = {("×", 2): "{s} doubles the {i}", ("×", 3): "{s} triples the {i}", ("/", 2): "{s} sells half of the {i}",
          ("/", 3): "{s} keeps only a third of the {i}", ("/", 4): "{s} keeps only a quarter of the {i}"}
COMPARED = {"+": "Compared to {f}, {s} has {k} more {i}", "-": "Compared to {f}, {s} has {k} fewer {i}",
            ("×", 2): "Compared to {f}, {s} has twice as many {i}", ("×", 3): "Compared to {f}, {s} has three times as many {i}",
            ("/", 2): "Compared to {f}, {s} has half as many {i}", ("/", 3): "Compared to {f}, {s} has a third as many {i}",
            ("/", 4): "Compared to {f}, {s} has a quarter as many {i}"}
SAID = {("×", 2): "twice", ("×", 3): "three times", ("/", 2): "half", ("/", 3): "a third", ("/", 4): "a quarter"}
TERSE = {"+": ["buys {k}", "finds {k}", "gets {k}"], "-": ["sells {k}", "loses {k}", "uses {k}"], ("×", 2): ["doubles"], ("×", 3): ["triples"],
         ("/", 2): ["halves"], ("/", 3): ["keeps a third"]}
ASIDES = ["{f} has {k} {j}.", "{f} is {k} years old.", "{f} also sees {k} {j}.", "There are {k} {j} in a box."]


@dataclass
class Step:
    key: str  # what drafts and sketches call the step: "Monday", "day 7" or "Mia, Tom"
    mark: str  # what the question would say if it ended here: "after Monday", "with Tom"
    said: str  # the operation as drafts note it: "+7", or "7 more" as in the story
    sentence: str  # as in the story, without the full stop
    left: int
    op: str  # + - × /
    right: int
    value: int


def apply(left: int, op: str, right: int) -> int:
    return {"+": left + right, "-": left - right, "×": left * right, "/": left // right}[op]


def change(rng: random.Random, value: int, big: bool) -> tuple[str, int]:
    """A random operator and operand that keep value whole, between 2 and 300 (999 in big stories)."""
    top, most = (999, 399) if big else (300, 60)
    while True:
        u = rng.random()
        if u < 0.72:
            op, right = ("+" if rng.random() < 0.5 else "-"), rng.randint(2, most if rng.random() < 0.3 else min(most, 20))
        else:
            op, right = rng.choice(list(SCALED))
        result = apply(value, op, right)
        if 2 <= result <= top and (op != "/" or value % right == 0) and (op != "×" or value <= 150):
            return op, right


def text(table: dict, gain: list[str], loss: list[str], op: str, k: int, rng: random.Random, **names) -> str:
    form = rng.choice(gain) if op == "+" else rng.choice(loss) if op == "-" else table[op, k]
    return form.format(k=k, **names)


def story(rng: random.Random, steps: int | None = None) -> Problem:
    """An ordinary story of 2 to 12 steps."""
    kind = rng.choices(("dated", "compared"), (74, 26))[0]
    most = {"dated": 12, "compared": 9}[kind]
    n = steps or min(rng.randint(2, most), rng.randint(2, most))  # short ones are more frequent
    people = rng.sample(SHE + HE, len(SHE + HE))
    item, other = rng.sample(THINGS, 2)
    hero, big = people.pop(), rng.random() < 0.12
    start = value = rng.randint(3, 400 if big else 60)
    dates = calendar(n, rng)
    out: list[Step] = []
    owner = hero
    for i in range(n):
        op, right = change(rng, value, big)
        said = f"{op}{right}"
        if kind == "compared":
            person = people.pop()
            sentence = text(COMPARED, [COMPARED["+"]], [COMPARED["-"]], op, right, rng, s=person, f=owner, i=item)
            said = f"{right} {'more' if op == '+' else 'fewer'}" if op in "+-" else SAID[op, right]
            key, owner, mark = f"{owner}, {person}", person, f"with {person}"
        else:
            pronoun, obj = ("she", "her") if hero in SHE else ("he", "him")
            subject = hero if rng.random() < 0.5 else pronoun
            when, key = dates[i]
            sentence = f"{when} {text(SCALED, GAIN, LOSS, op, right, rng, s=subject, o=obj, f=people[i % 3], i=item)}"
            mark = f"after {key}"
        out.append(Step(key, mark, said, sentence, value, op, right, value := apply(value, op, right)))
    sentences = [s.sentence + "." for s in out]
    for _ in range(rng.choices((0, 1, 2), (55, 30, 15))[0]):
        aside = rng.choice(ASIDES).format(f=people[rng.randrange(3)], k=rng.randint(2, 60), j=other)
        sentences.insert(rng.randint(0, len(sentences)), aside)
    ask = f"How many {item} {'are' if kind == 'compared' else f'does {hero} have'} {out[-1].mark}?"
    question = " ".join([f"{hero} has {start} {item}.", *sentences, ask])
    return Problem("arithmetic", question, str(value), n, {"start": start, "hero": hero, "owner": owner, "item": item, "steps": out, "kind": kind})


def calendar(n: int, rng: random.Random) -> list[tuple[str, str]]:
    """n dates in order: how a sentence begins, and the date's name."""
    lead, count = rng.choice(COUNTED)
    calendars = [[(f"{lead} {d}", f"{count} {d}") for d in range(1, n + 1)]]
    if n <= 7:
        first = rng.randint(0, 7 - n)
        calendars.append([(f"On {d}", d) for d in WEEKDAYS[first : first + n]])
    first = rng.randint(0, 12 - n)
    calendars.append([(f"In {m}", m) for m in MONTHS[first : first + n]])
    return rng.choice(calendars)


def long_story(rng: random.Random, steps: int | None = None) -> Problem:
    """A telegram-style story of 16 to 24 dated steps."""
    n = steps or rng.randint(16, 24)
    hero, item = rng.choice(SHE + HE), rng.choice(THINGS)
    lead, count = rng.choice(COUNTED)
    start = value = rng.randint(3, 60)
    out = []
    for d in range(1, n + 1):
        while True:
            op, right = change(rng, value, False)
            if (op, right) != ("/", 4):
                break
        body = rng.choice(TERSE[op if op in "+-" else (op, right)]).format(k=right)
        out.append(Step(f"{count} {d}", f"after {count} {d}", f"{op}{right}", f"{lead} {d} {hero} {body}", value, op, right, value := apply(value, op, right)))
        out[-1].told = f"{count.capitalize()} {d}: {body}."
    question = " ".join([f"{hero} has {start} {item}.", *(s.told for s in out), f"How many {item} does {hero} have after {out[-1].key}?"])
    return Problem("long-arithmetic", question, str(value), n, {"start": start, "hero": hero, "owner": hero, "item": item, "steps": out, "kind": "dated"})
