"""The exported assistant gives the soft tokens that training saw, and they take the placeholders' places."""

import random

import numpy as np
import onnxruntime as ort
import torch

from training import corpus
from training.export import rounded_weights
from training.induction import start
from training.model import Config, Llama
from training.softcot import SOFT, TOKENS, Projection, base_prompt, export
from training.batches import encode
from training.tokenizer import load


def test_graph_equals_the_assistant(tmp_path):
    torch.manual_seed(0)
    vocab = load().get_vocab_size()
    assistant, base = (Llama(Config(vocab=vocab, d=d, layers=2, heads=2, head_dim=32, ffn=64)).eval() for d in (64, 96))
    start(assistant)
    assistant.load_state_dict({k: torch.from_numpy(v) for k, v in rounded_weights(assistant).items()})
    projection = Projection(assistant, base)
    for p in projection.parameters():
        p.data = p.data.half().float()
    problem = corpus.problem("arithmetic", "train", random.Random(0))
    export(assistant, projection.linear, tmp_path / "softcot.onnx")
    session = ort.InferenceSession(str(tmp_path / "softcot.onnx"))
    (soft,) = session.run(None, {"input_ids": np.array([encode(problem.question + SOFT)])})
    assert soft.shape == (1, TOKENS, 96)
    assert np.abs(soft - projection([problem]).detach().numpy()).max() < 1e-4


def test_the_base_prompt_holds_every_placeholder_once():
    problem = corpus.problem("triage", "train", random.Random(0))
    assert base_prompt(problem).count(load().token_to_id("<soft>")) == TOKENS
    assert load().token_to_id("<soft>") not in base_prompt(problem, "")
