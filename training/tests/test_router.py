"""The router's forms are apart where they say so, and what it computes is pinned for the engine, which computes it too."""

import json
import random

import pytest

from training.problems import general
from training.router import FILE, PINNED, buckets, features, probabilities, shape

SETS = [("train", "known"), ("valid", "known"), *(("test", origin) for origin in general.HELD_OUT)]


def bare(word: str) -> str:
    for article in ("a ", "an ", "the "):
        word = word.removeprefix(article)
    return word.lower().rstrip("s")


def test_no_form_is_in_two_sets():
    every = [form for label in range(3) for split, origin in SETS for form in general.forms(label, split, origin)]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("origin", ["middle", "fresh"])
def test_words_that_only_measure_were_never_trained_on(origin):
    known = {bare(word) for split in ("train", "valid") for words in general.words(split).values() for word in words}
    assert not {bare(word) for words in general.words("test", origin).values() for word in words} & known


def test_valid_has_words_of_its_own():
    for name, words in general.words("valid").items():
        assert words and not set(words) & set(general.words("train")[name])


def test_there_are_enough_forms():
    for label in range(3):
        assert len(general.forms(label, "train")) >= 100
        assert len(general.forms(label, "test", "fresh")) >= 10


@pytest.mark.parametrize(("split", "origin"), SETS)
def test_every_form_is_filled(split, origin):
    for label in range(3):
        for form in general.forms(label, split, origin):
            text = general.fill(form, random.Random(1), general.words(split, origin))
            assert text and "{" not in text and "|" not in text and text[0] != " "


def test_the_same_seed_gives_the_same_questions():
    assert general.held_out("fresh", 5) == general.held_out("fresh", 5)


@pytest.mark.parametrize(
    ("word", "first", "expected"),
    [("000", False, "^0"), ("p00", False, "^a0"), ("ECG", True, "^AA"), ("mTOR", False, "^AA"), ("pH", False, "^AA"), ("I", True, "^A"), ("Paris", False, "^Aa"), ("Where", True, ""), ("cat", False, ""), ("→", False, "")],
)
def test_shapes(word, first, expected):
    assert shape(word, first) == expected


def test_features_of_a_question():
    seen = features("Does ALT rise in hepatitis 12?")
    assert {"hepatitis", "~tis>", "^AA", "does_^AA", "^AA_rise", "hepatitis_^0", "#1", "#AA1", "#l1", "|does"} <= seen
    assert not {"#0", "#2", "#AA2", "#w8", "does_alt"} & seen


def test_only_the_first_400_words_count():
    assert features("word " * 400 + "ECG") == features("word " * 400)


def test_pinned_figures_are_those_of_the_file_that_ships():
    data = json.loads(FILE.read_text("utf8"))
    for row in json.loads(PINNED.read_text("utf8")):
        assert buckets(row["question"]) == row["buckets"]
        assert probabilities(row["question"], data) == pytest.approx(row["probabilities"], abs=1e-9)
