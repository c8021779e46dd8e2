"""The generator matches the official distribution, the splits are disjoint and the solver agrees."""

import random
from collections import Counter

import pytest

from training.problems.prosqa import CONCEPTS, PERSONS, frontiers, problems, random_graph, solve


@pytest.fixture(scope="module")
def graphs():
    rng = random.Random(3)
    return [random_graph(rng) for _ in range(1500)]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def test_size_edges_and_parentless_nodes_as_in_the_official_files(graphs):
    assert {graph.size for graph in graphs} <= set(range(17, 29))
    assert mean(graph.size for graph in graphs) == pytest.approx(22.8, abs=0.3)
    assert mean(len(graph.edges) for graph in graphs) == pytest.approx(36.3, abs=1.0)
    assert mean(len(graph.persons()) for graph in graphs) == pytest.approx(2.5, abs=0.15)
    assert all(parent < child for graph in graphs for parent, child in graph.edges)


def test_path_lengths_and_frontiers(graphs):
    def length(graph):
        return next(k for k, level in enumerate(frontiers(graph.children(), graph.root, 9)) if graph.target in level)

    share = Counter(map(length, graphs))
    for steps, percent in {3: 41, 4: 44, 5: 12, 6: 2}.items():
        assert 100 * share[steps] / len(graphs) == pytest.approx(percent, abs=5)
    for k, official in enumerate([2.9, 5.5, 6.7, 5.7, 3.7, 1.9], start=1):
        seen = mean(len(frontiers(graph.children(), graph.root, k)[k]) for graph in graphs)
        assert seen == pytest.approx(official, abs=0.45), f"frontier {k}"


def test_both_options_are_leaves(graphs):
    for graph in graphs:
        below = graph.children()
        assert not below[graph.target] and not below[graph.other]


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_solver_agrees_and_names_are_official(split):
    for problem in problems(split, 60, seed=1):
        assert solve(problem.question) == problem.answer
        assert problem.graph.split() == split
        assert set(problem.names) <= set(PERSONS) | set(CONCEPTS)
        assert len(set(problem.names)) == problem.graph.size
        assert problem.steps[0].startswith(problem.names[problem.graph.root])
        assert problem.steps[-1].endswith(f" is a {problem.names[problem.graph.target]}.")


def test_one_seed_gives_one_list():
    assert problems("valid", 5, 7) == problems("valid", 5, 7) != problems("valid", 5, 8)


def test_solver_refuses_a_question_without_one_answer():
    with pytest.raises(ValueError, match="exactly one"):
        solve("Tom is a yimpus. Is Tom a lempus or scrompus?")
