"""Batches of ProsQA graphs as token ids and targets, made in arrays.

B graphs, E edges padded, N = 28 nodes padded, P prompt tokens (left-padded), Q queries, K = 7 levels of the walk 0 … 6.
Graphs come from a pool on disk; names and the order of sentences and options are drawn anew each time a graph is used.
"""

import os
import random

import numpy as np
import torch

from training import coconut_tokens as t
from training.problems.prosqa import frontiers, random_graph

NODES, EDGES, LEVELS = 28, 64, 7


def arrays(graphs):
    """Dict of arrays over M graphs: edges [M,E,2], count [M], size [M], asked [M,3] root/target/other, walk [M,K,N],
    person [M,N], rank [M,N] (which person or concept a node is among those of its graph)."""
    M = len(graphs)
    pool = {
        "edges": np.full((M, EDGES, 2), NODES - 1, np.int8), "count": np.zeros(M, np.int16), "size": np.zeros(M, np.int8),
        "asked": np.zeros((M, 3), np.int8), "walk": np.zeros((M, LEVELS, NODES), bool), "person": np.zeros((M, NODES), bool),
    }
    for m, graph in enumerate(graphs):
        pool["edges"][m, : len(graph.edges)] = graph.edges
        pool["count"][m], pool["size"][m] = len(graph.edges), graph.size
        pool["asked"][m] = graph.root, graph.target, graph.other
        pool["person"][m, graph.persons()] = True
        for k, level in enumerate(frontiers(graph.children(), graph.root, LEVELS - 1)):
            pool["walk"][m, k, list(level)] = True
    person = pool["person"]
    pool["rank"] = (np.where(person, person.cumsum(1), (~person).cumsum(1)) - 1).astype(np.int8)
    return pool


def make_pool(path, split, count, seed):
    """Arrays of `count` graphs of `split`, read from `path` if they are there. About 0.8 ms a graph."""
    if not os.path.exists(path):
        rng = random.Random(f"coconut {split} {seed}")
        graphs = []
        while len(graphs) < count:
            graph = random_graph(rng, split)
            if len(graph.edges) <= EDGES:
                graphs.append(graph)
        np.savez(path + ".tmp.npz", **arrays(graphs))
        os.replace(path + ".tmp.npz", path)
    return dict(np.load(path))


class Batches:
    """Endless batches of about equal length. `limit` keeps the first nodes of each graph only and leaves the question out."""

    def __init__(self, pool, size, seed, group=16):
        self.pool, self.size, self.group = pool, size, group
        self.rng = np.random.default_rng(seed)
        self.ways = np.random.default_rng([seed, 1])  # of its own, so that other draws are the same with and without it
        self.ready, self.limit = [], None

    def next(self, limit=None):
        """Dict of tensors, see `build`."""
        if limit != self.limit:
            self.ready, self.limit = [], limit
        if not self.ready:
            picked = self.rng.integers(0, len(self.pool["count"]), self.size * self.group)
            kept = self.pool["count"][picked] if limit is None else (self._kept(picked, limit)).sum(1)
            order = picked[np.argsort(kept, kind="stable")].reshape(self.group, self.size)
            self.ready = list(self.rng.permutation(order))
        return self.build(self.ready.pop(), limit)

    def _kept(self, index, limit):
        valid = np.arange(EDGES) < self.pool["count"][index][:, None]
        return valid if limit is None else valid & (self.pool["edges"][index].max(2) < limit)  # [B,E]

    def build(self, index, limit=None):
        """ids [B,P] ending in <bot> (no question if `limit`), start [B] of the first real token, names [B,N], below
        [B,N,N] adjacency, size [B], walk [B,K,N], answer [B,2] ids of
        subject and object, other [B] id of the wrong object, length [B] edges to the target, path [B,K] names from the root to
        the target along one of the shortest ways (behind it, the target again)."""
        pool, rng, B = self.pool, self.rng, len(index)
        rows = np.arange(B)[:, None]
        people = rng.random((B, len(t.NAMES) - t.FIRST_PERSON)).argsort(1) + t.FIRST_PERSON
        things = rng.random((B, t.FIRST_PERSON)).argsort(1)
        person, rank = pool["person"][index], pool["rank"][index].astype(int)
        names = np.where(person, people[rows, np.minimum(rank, people.shape[1] - 1)], things[rows, rank])  # [B,N]
        kept = self._kept(index, limit)
        count = kept.sum(1)
        order = np.where(kept, -rng.random(kept.shape), 1.0).argsort(1)[:, : count.max()]  # kept edges first
        order = order[:, ::-1]  # and now last: padding is on the left
        edges = pool["edges"][index].astype(int)[rows, order]  # [B,e,2]
        subject, concept = names[rows, edges[..., 0]], names[rows, edges[..., 1]]
        ids = np.stack((np.where(subject >= t.FIRST_PERSON, t.SP_PERSON, t.SP_EVERY) + subject, t.IS_A + concept), 2).reshape(B, -1)
        start = 2 * (count.max() - count)
        first = ids[np.arange(B), start]  # the first sentence has no space before it
        ids[np.arange(B), start] = np.where(first >= t.SP_PERSON + t.FIRST_PERSON, first - t.SP_PERSON + t.BARE, first - t.SP_EVERY + t.EVERY)
        ids[np.arange(ids.shape[1]) < start[:, None]] = t.PAD
        root, target, other = (names[np.arange(B), node] for node in pool["asked"][index].T)
        if limit is None:
            swap = rng.random(B) < 0.5
            one, two = np.where(swap, other, target), np.where(swap, target, other)
            mark, bot = np.full(B, t.QUESTION_MARK), np.full(B, t.BOT)
            ids = np.concatenate((ids, np.stack((t.IS_PERSON + root, t.A + one, t.OR + two, mark, bot), 1)), 1)
        more = -ids.shape[1] % 8  # few lengths: the CPU's kernels are compiled for each shape
        ids, start = np.pad(ids, ((0, 0), (more, 0)), constant_values=t.PAD), start + more
        below = np.zeros((B, NODES, NODES), np.float32)
        all_edges = pool["edges"][index].astype(int)
        for b in range(B):
            pairs = all_edges[b, kept[b]]
            below[b, pairs[:, 0], pairs[:, 1]] = 1
        size = pool["size"][index].astype(int)
        made = {
            "ids": ids, "start": start, "names": names, "below": below, "walk": pool["walk"][index].astype(np.float32),
            "size": size if limit is None else np.minimum(size, limit), "answer": np.stack((t.BARE + root, t.IS_A + target), 1),
            "path": self._path(pool["walk"][index], below > 0, pool["asked"][index], names),
            "other": t.IS_A + other, "length": pool["walk"][index][np.arange(B), :, pool["asked"][index][:, 1]].argmax(1),
        }
        return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in made.items()}

    def _path(self, walk, below, asked, names):
        rows, target = np.arange(len(walk)), asked[:, 1].astype(int)
        length, node, path = walk[rows, :, target].argmax(1), target, [target]
        for k in reversed(range(LEVELS - 1)):
            before = walk[:, k] & below[rows, :, node]  # a walk of k edges reaches it, and one more edge leads on
            drawn = np.where(before, self.ways.random(before.shape), -1).argmax(1)
            node = np.where(k < length, drawn, node)
            path.append(node)
        return names[rows[:, None], np.stack(path[::-1], 1)]

    def node_sets(self, batch, queries):
        """Random node sets [B,Q,N] as 0/1: half of one node, the others of up to a third of the nodes."""
        B = len(batch["size"])
        most = np.maximum(batch["size"].numpy()[:, None] // 3, 2)
        count = np.where(self.rng.random((B, queries)) < 0.5, 1, 2 + (self.rng.random((B, queries)) * (most - 1)).astype(int))
        draw = self.rng.random((B, queries, NODES))
        draw[np.broadcast_to((np.arange(NODES) >= batch["size"].numpy()[:, None])[:, None], draw.shape)] = 2
        ranks = draw.argsort(2).argsort(2)
        return torch.from_numpy(((ranks < count[..., None]) & (draw < 2)).astype(np.float32))
