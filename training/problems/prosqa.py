"""ProsQA: which of two concepts does a person belong to? Graph search in plain English.

Coconut (arXiv 2412.06769), Algorithm 1 of the appendix and section 4: a random directed acyclic graph with two persons as
roots; the target is reachable from the one asked about, the other option only from the second person.

The graphs match the official files in size, edges, path length and breadth-first frontiers. Two readings of Algorithm 1
matter for that: the path length is drawn first (the literal algorithm gives short paths), and a Poisson draw of zero
parents is mostly redrawn (the official graphs have 2.5 parentless nodes, not 5). Both options are leaves, as there.

    python -m training.problems.prosqa --split valid --count 300 --seed 7 > valid.json
"""

import argparse
import hashlib
import json
import math
import random
import sys
from dataclasses import dataclass

# Names of the official files: facebookresearch/coconut, data/prosqa_valid.json, field idx_to_symbol (MIT).
PERSONS = "Alex Bob Carol Davis Eva Fae Gabriel Jack Max Oliver Polly Rex Sally Sam Stella Tom Wren".split()
CONCEPTS = (
    "bompus boompus brimpus chorpus dumpus felpus fompus gerpus gorpus grimpus gwompus hilpus impus jelpus jompus kerpus "
    "lempus lorpus numpus quimpus rempus rompus rorpus scrompus shumpus sterpus storpus terpus timpus tumpus vumpus worpus "
    "wumpus yerpus yimpus yumpus zhorpus zumpus"
).split()

SPLITS = {"train": range(0, 90), "valid": range(90, 95), "test": range(95, 100)}  # by content hash modulo 100

PATH_LENGTHS, PATH_WEIGHTS = (3, 4, 5, 6), (41, 44, 12, 2)
SIZES = tuple(range(17, 29))
SIZE_WEIGHTS = (2, 5, 14, 18, 37, 48, 58, 52, 40, 22, 3, 1)
PARENTS_MEAN = 1.55  # of the Poisson draw
KEEP_PARENTLESS = 0.15  # chance that a draw of zero parents stands


@dataclass(frozen=True)
class Graph:
    """Nodes 0 … size-1 in topological order; `edges` are (parent, child); `persons` are the nodes without a parent."""

    size: int
    edges: tuple
    root: int
    target: int
    other: int

    def children(self):
        """List per node of its children."""
        below = [[] for _ in range(self.size)]
        for parent, child in self.edges:
            below[parent].append(child)
        return below

    def persons(self):
        """Nodes without a parent; they carry a person's name."""
        return sorted(set(range(self.size)) - {child for _, child in self.edges})

    def content_hash(self):
        """Integer that depends on the graph and the question, not on names or on the order of the sentences."""
        text = f"{sorted(self.edges)} {self.root} {self.target} {self.other}"
        return int.from_bytes(hashlib.sha1(text.encode()).digest()[:8], "big")

    def split(self):
        """`train`, `valid` or `test`."""
        bucket = self.content_hash() % 100
        return next(name for name, buckets in SPLITS.items() if bucket in buckets)


def frontiers(children, root, steps):
    """Sets of nodes of a breadth-first walk: item k holds the nodes that some walk of exactly k edges reaches."""
    walk = [{root}]
    for _ in range(steps):
        walk.append({child for node in walk[-1] for child in children[node]})
    return walk


def distances(children, root):
    """{node: edges on the shortest path from `root`} for every reachable node."""
    found, level = {root: 0}, [root]
    while level:
        below = []
        for node in level:
            for child in children[node]:
                if child not in found:
                    found[child] = found[node] + 1
                    below.append(child)
        level = below
    return found


def shortest_path(children, root, target):
    """Nodes from `root` to `target`, both included. Raises ValueError if there is no path."""
    level, came_from = [root], {root: None}
    while level and target not in came_from:
        below = []
        for node in level:
            for child in children[node]:
                if child not in came_from:
                    came_from[child] = node
                    below.append(child)
        level = below
    if target not in came_from:
        raise ValueError(f"node {target} cannot be reached from {root}: ask about a reachable node")
    path = [target]
    while path[-1] != root:
        path.append(came_from[path[-1]])
    return path[::-1]


def _poisson(rng, floor):
    count, product = 0, rng.random()
    while product > floor:
        product *= rng.random()
        count += 1
    return count


def _draw_parents(rng, count, candidates, weights):
    if count >= len(candidates):
        return list(candidates)
    pool, left, chosen = [weights[node] for node in candidates], sum(weights[node] for node in candidates), []
    for _ in range(count):
        at, slot = rng.random() * left, 0
        while (at >= pool[slot] or not pool[slot]) and slot < len(pool) - 1:
            at -= pool[slot]
            slot += 1
        if not pool[slot]:  # rounding ran past the last candidate that is left
            slot = max(index for index, weight in enumerate(pool) if weight)
        chosen.append(candidates[slot])
        left -= pool[slot]
        pool[slot] = 0
    return chosen


def _random_dag(rng, size, floor):
    """Children per node, and a label per node: bit 0 if the first person reaches it, bit 1 if the second does."""
    labels, groups, depth, weights = [1, 2], [[], [0], [1], []], [0, 0], [1.0, 1.0]
    children = [[], []]
    for node in range(2, size):
        count = _poisson(rng, floor)
        while not count and rng.random() > KEEP_PARENTLESS:
            count = _poisson(rng, floor)
        side = rng.random()
        if side <= 0.35:
            candidates = groups[0] + groups[1]
        elif side <= 0.7:
            candidates = groups[0] + groups[2]
        else:
            candidates = range(node)
        label, above = 0, []
        for parent in _draw_parents(rng, count, candidates, weights):
            label |= labels[parent]
            above.append(depth[parent])
            children[parent].append(node)
        labels.append(label)
        groups[label].append(node)
        depth.append(1 + min(above) if above else 0)
        weights.append(1.5 * depth[-1] + 1)
        children.append([])
    return children, labels


def random_graph(rng, split=None):
    """One `Graph` of the official distribution, of the named split if one is given. About 0.4 ms."""
    floor = math.exp(-PARENTS_MEAN)
    while True:
        length = rng.choices(PATH_LENGTHS, PATH_WEIGHTS)[0]
        size = rng.choices(SIZES, SIZE_WEIGHTS)[0]
        while True:
            children, labels = _random_dag(rng, size, floor)
            others = [node for node in range(2, size) if labels[node] == 2 and not children[node]]
            if not others:
                continue
            reached = distances(children, 0)
            targets = [n for n, d in reached.items() if d == length and labels[n] == 1 and not children[n]]
            if targets:
                break
        edges = tuple((node, child) for node in range(size) for child in children[node])
        if len({node for edge in edges for node in edge}) < size:
            continue  # a node in no sentence: the official files have none
        graph = Graph(size, edges, 0, rng.choice(targets), rng.choice(others))
        if split is None or graph.split() == split:
            return graph


@dataclass(frozen=True)
class Problem:
    """A graph with names and an order of sentences. `edges` is in the order in which the question states them."""

    graph: Graph
    names: tuple
    edges: tuple
    options: tuple  # the two nodes, in the order of the question
    path: tuple

    def sentence(self, parent, child):
        """`Tom is a terpus.` or `Every terpus is a brimpus.`"""
        name = self.names[parent]
        return f"{name if name[0].isupper() else 'Every ' + name} is a {self.names[child]}."

    @property
    def question(self):
        """All sentences and the question, in the official wording."""
        first, second = (self.names[node] for node in self.options)
        facts = " ".join(self.sentence(*edge) for edge in self.edges)
        return f"{facts} Is {self.names[self.graph.root]} a {first} or {second}?"

    @property
    def steps(self):
        """The sentences of the shortest path."""
        return [self.sentence(*edge) for edge in zip(self.path, self.path[1:])]

    @property
    def answer(self):
        """`Tom is a lempus.`"""
        return f"{self.names[self.graph.root]} is a {self.names[self.graph.target]}."

    def record(self):
        """Dict in the format of the official files."""
        graph = self.graph
        return {"question": self.question, "answer": self.answer, "steps": self.steps, "idx_to_symbol": list(self.names),
                "edges": [list(edge) for edge in self.edges], "root": graph.root, "target": graph.target,
                "neg_target": graph.other}


def random_problem(rng, split=None, graph=None):
    """`graph`, or a new one of `split`, with names that carry no information and sentences in random order."""
    graph = graph or random_graph(rng, split)
    persons = set(graph.persons())
    people, things = iter(rng.sample(PERSONS, len(persons))), iter(rng.sample(CONCEPTS, graph.size - len(persons)))
    names = tuple(next(people) if node in persons else next(things) for node in range(graph.size))
    edges = tuple(rng.sample(graph.edges, len(graph.edges)))
    options = (graph.target, graph.other) if rng.random() < 0.5 else (graph.other, graph.target)
    return Problem(graph, names, edges, options, tuple(shortest_path(graph.children(), graph.root, graph.target)))


def problems(split, count, seed):
    """`count` problems of `split`, no graph twice."""
    rng, seen, found = random.Random(f"prosqa {split} {seed}"), set(), []
    while len(found) < count:
        graph = random_graph(rng, split)
        key = graph.content_hash()
        if key not in seen:
            seen.add(key)
            found.append(random_problem(rng, graph=graph))
    return found


def solve(question):
    """Answer sentence of a question in the official wording, from its text alone. Raises ValueError if none follows."""
    *facts, ask = question.rstrip("?").split(". ")
    below = {}
    for fact in facts:
        subject, concept = fact.removeprefix("Every ").split(" is a ")
        below.setdefault(subject, []).append(concept)
    person, options = ask.removeprefix("Is ").split(" a ", 1)
    reached, stack = {person}, [person]
    while stack:
        for concept in below.get(stack.pop(), ()):
            if concept not in reached:
                reached.add(concept)
                stack.append(concept)
    right = [concept for concept in options.split(" or ") if concept in reached]
    if len(right) != 1:
        raise ValueError(f"{len(right)} of the options follow: exactly one must")
    return f"{person} is a {right[0]}."


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=SPLITS, default="valid")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    json.dump([problem.record() for problem in problems(args.split, args.count, args.seed)], sys.stdout)
