"""Technical triage: readings, two limits each, and a rule that turns them into one of three classes.

The question says everything in words; the expert's abbreviations (heart rate -> HR) are fixed and have to be known.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .problem import Problem

# domain -> words: (abbreviation, unit, first limit from, to, second limit further by up to, +1 high is bad or -1 low is bad)
DOMAINS = {
    "patient": {"heart rate": ("HR", "bpm", 95, 115, 30, 1), "body temperature": ("BT", "°C", 37, 38, 2, 1), "oxygen saturation": ("SpO2", "%", 93, 96, 6, -1),
                "blood pressure": ("BP", "mmHg", 135, 150, 40, 1), "breathing rate": ("RR", "/min", 19, 24, 8, 1), "blood sugar": ("BG", "mg/dL", 140, 180, 90, 1)},
    "server": {"processor load": ("CPU", "%", 65, 80, 15, 1), "memory use": ("MEM", "%", 65, 80, 15, 1), "free disk": ("DISK", "GB", 40, 60, 30, -1),
               "response time": ("RT", "ms", 150, 300, 300, 1), "error rate": ("ERR", "%", 2, 6, 9, 1), "queue length": ("QL", "jobs", 30, 60, 60, 1)},
    "pump": {"oil temperature": ("OT", "°C", 70, 85, 25, 1), "oil pressure": ("OP", "bar", 20, 35, 14, -1), "motor current": ("MC", "A", 30, 50, 30, 1),
             "vibration level": ("VIB", "mm/s", 5, 9, 9, 1), "flow rate": ("FR", "l/min", 60, 90, 40, -1), "motor speed": ("MS", "rpm", 500, 700, 200, 1)},
}
CLASSES = [("green", "amber", "red"), ("normal", "warning", "critical"), ("routine", "soon", "urgent")]


@dataclass
class Reading:
    words: str
    short: str
    unit: str
    first: int
    second: int
    side: int  # 1: above is bad, -1: below is bad
    value: int
    level: int  # 0, 1, 2


def judge(value: int, first: int, second: int, side: int) -> int:
    return (side * value > side * first) + (side * value > side * second)


def overall(levels: list[int]) -> int:
    """2 if any is 2 or two are 1, 1 if one is 1, else 0."""
    return 2 if 2 in levels or levels.count(1) > 1 else int(1 in levels)


def triage(rng: random.Random, steps: int | None = None) -> Problem:
    domain = rng.choice(list(DOMAINS))
    names = rng.choice(CLASSES)
    n = steps or rng.randint(2, 6)
    chosen = rng.sample(list(DOMAINS[domain]), n)
    want = rng.randrange(3)
    while True:
        readings = []
        for words in chosen:
            short, unit, low, high, gap, side = DOMAINS[domain][words]
            first = rng.randint(low, high)
            second = first + side * rng.randint(max(2, gap // 3), gap) if gap > 2 else first + side * rng.randint(1, gap)
            level = rng.choices((0, 1, 2), ((80, 15, 5), (60, 35, 5), (40, 35, 25))[want])[0]
            reach = max(2, abs(second - first))
            edge = rng.randint(1, reach)
            value = {0: first - side * (edge - 1), 1: first + side * rng.randint(1, abs(second - first)), 2: second + side * edge}[level]
            if unit == "%":
                value = min(value, 100)
            readings.append(Reading(words, short, unit, first, second, side, max(0, value), 0))
            readings[-1].level = judge(readings[-1].value, first, second, side)
        if overall([r.level for r in readings]) == want:
            break
    limits = [f"{r.words.capitalize()}: {names[1]} {'above' if r.side > 0 else 'below'} {r.first}, {names[2]} {'above' if r.side > 0 else 'below'} {r.second} {r.unit}." for r in readings]
    rule = f"The {domain} is {names[2]} if any reading is {names[2]} or two are {names[1]}, {names[1]} if one is {names[1]}, else {names[0]}."
    told = rng.sample(readings, n)
    question = f"{' '.join(limits)} {rule} Readings: {', '.join(f'{r.words} {r.value} {r.unit}' for r in told)}. Which class is the {domain}?"
    return Problem("triage", question, names[want], n, {"readings": told, "names": names, "domain": domain})
