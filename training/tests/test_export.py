"""The exported graph against PyTorch, in float32, with the weights rounded as they are stored."""

import numpy as np
import onnxruntime as ort
import pytest
import torch

from training.export import decoder, rounded_weights
from training.model import Config, Llama


@pytest.fixture(scope="module")
def pair():
    torch.manual_seed(0)
    model = Llama(Config(vocab=97, d=64, layers=2, heads=2, head_dim=32, ffn=128)).eval()
    model.load_state_dict({k: torch.from_numpy(v) for k, v in rounded_weights(model).items()})
    return model, ort.InferenceSession(decoder(model.c, rounded_weights(model)).SerializeToString())


def run(model, session, ids, past, mask=None):
    n, H, E = past[0][0].shape[2], model.c.heads, model.c.head_dim
    feeds = {"input_ids": ids, "position_ids": np.arange(n, n + ids.shape[1])[None].repeat(len(ids), 0)}
    feeds["attention_mask"] = np.ones((len(ids), n + ids.shape[1]), np.int64) if mask is None else mask
    for i, (k, v) in enumerate(past):
        feeds[f"past_key_values.{i}.key"], feeds[f"past_key_values.{i}.value"] = k, v
    logits, *present = session.run(None, feeds)
    return logits, list(zip(present[::2], present[1::2]))


def test_logits_equal_with_and_without_past(pair):
    model, session = pair
    ids = np.random.default_rng(0).integers(0, 97, (2, 40))
    empty = [(np.zeros((2, 2, 0, 32), np.float32),) * 2] * 2
    with torch.no_grad():
        hidden, _ = model(torch.from_numpy(ids))
        wanted = model.logits(hidden).numpy()
    whole, _ = run(model, session, ids, empty)
    first, past = run(model, session, ids[:, :25], empty)
    rest, _ = run(model, session, ids[:, 25:], past)
    assert np.abs(whole - wanted).max() < 1e-4
    assert np.abs(np.concatenate((first, rest), 1) - wanted).max() < 1e-4


def test_masked_columns_do_not_matter(pair):
    model, session = pair
    ids = np.random.default_rng(1).integers(0, 97, (1, 12))
    other = ids.copy()
    other[:, :3] = 5
    mask = np.ones((1, 12), np.int64)
    mask[:, :3] = 0
    empty = [(np.zeros((1, 2, 0, 32), np.float32),) * 2] * 2
    a, b = (run(model, session, x, empty, mask)[0][:, 3:] for x in (ids, other))
    assert np.abs(a - b).max() < 1e-5
