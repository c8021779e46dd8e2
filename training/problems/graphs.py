"""ProsQA as this package's Problem, with the breadth-first walk that the thinking styles write down.

The walk lists, for every node in the order of discovery, the children not seen before, in the order in which the question
states them. It is what a person would do with a pencil: look a name up, note what is new, take the next name of the list.
"""

from __future__ import annotations

import random

from . import prosqa
from .problem import Problem


def walk(edges: list[tuple[str, str]], root: str) -> list[tuple[str, list[str]]]:
    """[(node, its new children)] in breadth-first order, until nothing is left."""
    below: dict[str, list[str]] = {}
    for parent, child in edges:
        below.setdefault(parent, []).append(child)
    queue, out = [root], []
    for node in queue:  # grows while it is read
        new = [child for child in below.get(node, []) if child not in queue]
        queue.extend(new)
        out.append((node, new))
    return out


def path_back(lines: list[tuple[str, list[str]]], target: str) -> list[str]:
    """Target, the node under which the walk found it, … up to the root."""
    above = {child: node for node, new in lines for child in new}
    path = [target]
    while path[-1] in above:
        path.append(above[path[-1]])
    return path


def from_names(question: str, edges: list[tuple[str, str]], root: str, target: str, other: str) -> Problem:
    lines = walk(edges, root)
    found = next(i for i, (_, new) in enumerate(lines) if target in new)
    path = path_back(lines, target)
    return Problem("prosqa", question, target, len(path) - 1, {"root": root, "target": target, "other": other, "lines": lines, "found": found, "path": path, "edges": edges})


def graph_problem(rng: random.Random, split: str, size: int | None = None) -> Problem:
    """A problem of the official distribution, or, for a curriculum, one on a smaller graph of `size` nodes."""
    graph = prosqa.random_graph(rng, split) if size is None or size >= 17 else small(rng, size)
    p = prosqa.random_problem(rng, graph=graph)
    name = p.names
    return from_names(p.question, [(name[a], name[b]) for a, b in p.edges], name[graph.root], name[graph.target], name[graph.other])


def small(rng: random.Random, size: int) -> prosqa.Graph:
    """A random two-rooted graph: each node hangs under one or two earlier ones of the same side."""
    while True:
        side, edges = [0, 1], []
        for node in range(2, size):
            mine = rng.randrange(2)
            above = [n for n in range(node) if side[n] == mine]
            edges += [(parent, node) for parent in rng.sample(above, min(len(above), rng.choice((1, 1, 2))))]
            side.append(mine)
        parents = {a for a, _ in edges}
        leaves = [n for n in range(2, size) if n not in parents]
        targets, others = [n for n in leaves if side[n] == 0], [n for n in leaves if side[n] == 1]
        if targets and others:
            return prosqa.Graph(size, tuple(edges), 0, rng.choice(targets), rng.choice(others))


def from_record(record: dict) -> Problem:
    """A row of the official files."""
    name = record["idx_to_symbol"]
    edges = []
    for fact in record["question"].rsplit(". ", 1)[0].split(". "):
        subject, concept = fact.removeprefix("Every ").split(" is a ")
        edges.append((subject, concept))
    return from_names(record["question"], edges, name[record["root"]], name[record["target"]], name[record["neg_target"]])
