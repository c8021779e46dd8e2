"""The training mask and decoding with eviction are the same computation."""

import random

import torch

from training import corpus
from training.lightthinker import COMPRESS, GISTS, GO, light_batch, light_row
from training.model import HIDDEN, Config, Llama, causal
from training.tokenizer import load


def test_a_thought_is_seen_by_its_gists_and_by_nobody_later():
    rng = random.Random(0)
    made = light_row(corpus.problem("arithmetic", "train", rng), rng)
    batch = light_batch([made])
    ids, mask = batch["ids"][0].tolist(), batch["mask"][0, 0]
    w, go = ids.index(load().token_to_id(COMPRESS)), ids.index(load().token_to_id(GO))
    assert go == w + len(GISTS) + 1
    assert mask[w + 1, w] == 0 and mask[go - 1, w - 3] == 0  # the gists look
    assert (mask[go:, w - 3 : w + 1] == HIDDEN).all()  # o and what follows do not
    assert (mask[go + 1 :, go - 1].ne(HIDDEN) | (batch["targets"][0, go + 1 :] == -100)).all()  # gists stay
    assert batch["targets"][0, w - 1] == load().token_to_id(COMPRESS)
    assert (batch["targets"][0, w:go] == -100).all()  # gists and o are not learnt


def test_eviction_equals_the_mask():
    torch.manual_seed(0)
    model = Llama(Config(vocab=50, d=64, layers=2, heads=2, head_dim=32, ffn=64)).eval()
    ids, thought, w, go = torch.randint(0, 50, (1, 20)), 5, 10, 13  # prompt 0-4, thought 5-9, w, two gists, o, rest
    mask = causal(20)
    mask[0, 0, go:, thought : w + 1] = HIDDEN
    with torch.no_grad():
        wanted, _ = model(ids, mask=mask)
        _, past = model(ids[:, :w])
        local = causal(go + 1 - w, w)
        local[0, 0, -1, thought : w + 1] = HIDDEN
        _, past = model(ids[:, w : go + 1], mask=local, past=past)
        past = [tuple(torch.cat((x[:, :, :thought], x[:, :, w + 1 :]), 2) for x in kv) for kv in past]
        rest, _ = model(ids[:, go + 1 :], positions=torch.arange(go + 1, 20)[None], past=past)
    assert (rest - wanted[:, go + 1 :]).abs().max() < 1e-5
