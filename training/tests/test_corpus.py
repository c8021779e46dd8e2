"""The generators' answers are right, the splits are disjoint, and what the styles write down says the same."""

import random
import re

import pytest

from training import corpus, styles
from training.batches import collate, encode, row_of
from training.evaluate import answer_of
from training.model import HIDDEN
from training.problems import prosqa
from training.problems.arithmetic import apply
from training.problems.triage import judge, overall
from training.tokenizer import load

FAMILIES = list(corpus.FAMILIES)


def problems(family, split="train", count=60):
    rng = random.Random(1)
    return [corpus.problem(family, split, rng) for _ in range(count)]


@pytest.mark.parametrize("family", ["arithmetic", "long-arithmetic"])
def test_stories_chain_from_the_start_to_the_answer(family):
    for p in problems(family):
        value = p.data["start"]
        for s in p.data["steps"]:
            assert s.left == value and str(s.right) in s.sentence or s.op in "×/"
            value = apply(s.left, s.op, s.right)
            assert value == s.value and 0 < value < 1000 and (s.op != "/" or s.left % s.right == 0)
        assert p.answer == str(value) and p.steps == len(p.data["steps"])


def test_triage_follows_from_the_readings():
    for p in problems("triage"):
        for r in p.data["readings"]:
            assert r.level == judge(r.value, r.first, r.second, r.side)
            assert f"{r.words} {r.value} {r.unit}" in p.question
        assert p.answer == p.data["names"][overall([r.level for r in p.data["readings"]])]


def test_graphs_agree_with_the_solver():
    for p in problems("prosqa"):
        assert prosqa.solve(p.question) == f"{p.data['root']} is a {p.answer}."
        assert p.data["path"][0] == p.answer and p.data["path"][-1] == p.data["root"]


@pytest.mark.parametrize("family", FAMILIES)
def test_splits_are_disjoint_and_seeded(family):
    sets = {split: {p.key() for p in problems(family, split, 40)} for split in ("train", "valid", "test")}
    assert not sets["train"] & sets["valid"] and not sets["train"] & sets["test"] and not sets["valid"] & sets["test"]
    assert [p.row() for p in problems(family)] == [p.row() for p in problems(family)]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("style", ["chain_of_thought", "chain_of_draft", "sketch_of_thought"])
def test_every_style_ends_in_the_answer(family, style):
    rng = random.Random(2)
    for p in problems(family, count=20):
        text = "".join(x.text for x in getattr(styles, style)(p, rng).pieces)
        assert answer_of(text.removesuffix(styles.END)) == p.answer


def test_rounds_carry_only_the_summary_and_only_the_last_concludes():
    for p in problems("long-arithmetic", count=10):
        made = styles.rounds(p)
        texts = ["".join(x.text for x in pieces) for _, pieces in made]
        assert [h for h, _ in made] == [None, *(re.search(r"<summary>\n(.*)\n</summary>", t)[1] for t in texts[:-1])]
        assert answer_of(texts[-1]) == p.answer and "<summary>" not in texts[-1]


def test_wrong_values_are_not_learnt():
    rng, seen = random.Random(0), 0
    for p in problems("arithmetic", count=200):
        pieces = styles.think_arithmetic(p, rng)
        for a, b in zip(pieces, pieces[1:]):
            if b.text.startswith(" ") and not b.loss:
                seen += 1
                assert a.loss and a.text.endswith("=") or not a.loss
    assert seen > 10


def test_branches_see_the_text_only_up_to_their_cut():
    rng = random.Random(4)
    s = styles.chain_of_thought(corpus.problem("arithmetic", "train", rng), rng)
    row = row_of(s, rng)
    batch = collate([row])
    mask, branch = batch["mask"][0, 0], row.branch
    for i in [i for i, b in enumerate(branch) if b and branch[i - 1] != b]:
        assert row.positions[i] == row.see[i]
        assert (mask[i, : row.see[i]] == 0).all() and (mask[i, row.see[i] : i] == HIDDEN).all()


def test_any_text_survives_the_tokenizer():
    for text in ("Every terpus is a brimpus. Is it?", "naïve  \n\n\ttabs → 12,345.6 °C 漢字 🙂", "\\boxed{42}"):
        assert load().decode(encode(text), skip_special_tokens=False) == text


def test_names_are_one_token_and_digits_stand_alone():
    for name in prosqa.PERSONS + prosqa.CONCEPTS:
        assert len(encode(f" {name}")) == 1
    assert [len(encode(x)) for x in ("117", " 117", "14+7")] == [3, 3, 4]
