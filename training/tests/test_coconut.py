"""Tokens are lossless, batches say what the text says, blocks see only what they may, and fed-back states are the same in
training, in evaluation and in the exported graph."""

import json

import numpy as np
import onnxruntime as ort
import pytest
import torch
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from training import coconut_tokens as t
from training.coconut import rate
from training.coconut_controls import curriculum_loss, level_of, lookup_pass, sentences, solution, words_loss
from training.coconut_losses import LATENTS, after_thought, feed_back, joint_mask, lookup_block, stay, step_loss, thought_block
from training.coconut_model import Thinker, previous_token_head
from training.coconut_batches import Batches, arrays
from training.coconut_eval import encode, measure, measure_words, think, told
from training.export import decoder, rounded_weights
from training.model import Config, causal, rotary, rotate
from training.problems.prosqa import problems, solve

TEXT = "Every shumpus is a rempus. Tom is a shumpus. Every rempus is a lempus. Is Tom a lempus or scrompus?"


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_str(json.dumps(t.tokenizer_json()))


@pytest.fixture(scope="module")
def held_out():
    return problems("valid", 8, seed=1)


@pytest.fixture(scope="module")
def batches(held_out):
    return Batches(arrays([problem.graph for problem in held_out]), size=4, seed=0, group=2)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = Thinker(Config(vocab=t.VOCAB, d=64, layers=2, heads=2, head_dim=32, ffn=128)).eval()
    for weight in model.parameters():
        weight.data = weight.data.half().float()
    return model


def test_two_tokens_a_sentence(tokenizer):
    assert tokenizer.encode(TEXT).tokens == [
        "Every shumpus", " is a rempus.", " Tom", " is a shumpus.", " Every rempus", " is a lempus.", " Is Tom", " a lempus", " or scrompus", "?",
    ]
    assert tokenizer.get_vocab_size() == t.VOCAB
    assert [tokenizer.token_to_id(text) for text in t.SPECIALS] == list(range(6))
    assert tokenizer.encode("Tom is a lempus.<eos>").ids == [t.BARE + t.NAMES.index("Tom"), t.IS_A + t.NAMES.index("lempus"), t.EOS]


@pytest.mark.parametrize("text", [TEXT, "", " ", "Sample limpus\n\té ☃ 漢字 🙂", "Every cat is a dog. Is Tomas a cat or dog?", "  two  spaces ", "<bot><eot>x"])
def test_any_text_comes_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_batch_is_the_text_of_a_solvable_question(tokenizer, batches):
    batch = batches.next()
    for ids, start, answer in zip(batch["ids"], batch["start"], batch["answer"]):
        text = tokenizer.decode(ids[start:].tolist(), skip_special_tokens=False)
        assert tokenizer.encode(text).ids == ids[start:].tolist()
        assert solve(text.removesuffix("<bot>")) == tokenizer.decode(answer.tolist())


def test_prompt_of_evaluation_is_the_tokenizer_s(tokenizer, held_out):
    for problem in held_out:
        assert encode(problem.record()) == tokenizer.encode(problem.question + "<bot>").ids


def test_small_graphs_have_no_question(batches):
    batch = batches.next(limit=7)
    assert batch["below"][:, 7:].sum() == 0 == batch["below"][:, :, 7:].sum()
    assert not (batch["ids"] == t.BOT).any()
    sets = batches.node_sets(batch, 50)
    assert sets[:, :, 7:].sum() == 0 and sets.sum(2).min() == 1


def test_walk_stays_at_its_end():
    walk = torch.tensor([[[1.0, 0, 0], [0, 1, 1], [0, 0, 0], [0, 0, 0]]])
    filled, weight = stay(walk)
    assert filled[0].tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1], [0, 1, 1]]
    assert weight[0].tolist() == pytest.approx([1, 1, 0.3, 0.3])


def test_masks():
    batch = {"start": torch.tensor([2, 0])}
    sets, fed, P = torch.ones(2, 3, 28), torch.tensor([1, LATENTS]), 5
    _, queries = lookup_block(batch, sets, P)
    positions, thought = thought_block(batch, fed, P)
    seen = joint_mask(batch, P, [queries, thought])[:, 0] == 0
    assert seen[0, 4].nonzero().flatten().tolist() == [2, 3, 4]  # prompt row: causal, without padding
    assert seen[1, 6].nonzero().flatten().tolist() == [0, 1, 2, 3, 4, 6]  # query: the prompt and itself
    assert seen[0, 8 + LATENTS].nonzero().flatten().tolist() == [2, 3, 4, 8, 8 + LATENTS]  # <eot> after one latent of six
    assert positions[0, LATENTS:].tolist() == [6, 7, 8]
    assert positions[1, LATENTS:].tolist() == [P + LATENTS, P + LATENTS + 1, P + LATENTS + 2]
    assert seen[1, -1].sum() == P + LATENTS + 3


def test_first_head_attends_to_the_token_before(model):
    block = Thinker(Config(vocab=t.VOCAB, d=192, layers=1)).llama.blocks[0]
    common = torch.nn.functional.normalize(torch.randn(192), dim=0)
    previous_token_head(block, common)
    y = block.norm1(common * 10 + 0.3 * torch.randn(1, 24, 192))
    cos, sin = rotary(torch.arange(24)[None], 64, 10000.0)
    q, k = (rotate(f(y)[:, None, :, :64], cos, sin) for f in (block.q, block.k))
    weights = (q @ k.transpose(2, 3) / 8 + causal(24)).softmax(-1)[0, 0]
    assert weights.diagonal(-1).min() > 0.9


def test_every_stage_trains(model, batches):
    batch = batches.next()
    sets = batches.node_sets(batch, 5)
    for stage in ("lookup", "latent", "pause", "mixture"):
        model.zero_grad()
        loss, figures = step_loss(model, batch, sets, stage)
        loss.backward()
        assert loss.isfinite() and all(p.grad.isfinite().all() for n, p in model.named_parameters() if p.grad is not None)
        assert stage == "lookup" or len(figures["mass"]) == LATENTS + 1


def test_rate_warms_up_stays_and_falls():
    assert rate(0, 100, 50) < rate(29, 100, 50) == rate(49, 100, 50) == 1
    assert rate(75, 100, 50) == 0.5


def test_figures_of_an_untrained_model_are_those_of_chance(model, held_out):
    figures = measure(model.plain(), [problem.record() for problem in held_out])
    assert figures["accuracy"] == 0 and figures["count"] == 8
    assert all(0 <= value <= 1 for key in ("frontier", "reach") for value in figures[key])


def test_padding_changes_nothing(model, held_out):
    rows = [encode(problem.record()) for problem in held_out[:3]]
    together, _ = think(model.plain(), rows)
    alone, _ = think(model.plain(), rows[:1])
    assert torch.allclose(together[0], alone[0], atol=1e-4)


def test_exported_graph_gives_the_same_latents_step_by_step(model, held_out):
    llama = model.plain()
    graph = decoder(llama.c, rounded_weights(llama))
    gather = next(node for node in graph.graph.node if node.output[0] == "model.embed_tokens/out")
    graph.graph.node.remove(gather)  # an engine feeds embeddings and reads the final-norm states
    for ports, name in ((graph.graph.input, "model.embed_tokens/out"), (graph.graph.output, "model.norm/out")):
        ports.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "sequence", llama.c.d]))
    session = ort.InferenceSession(graph.SerializeToString())
    row = encode(held_out[0].record())
    states, _ = think(llama, [row])
    past = {f"past_key_values.{n}.{kind}": np.zeros((1, 2, 0, 32), np.float32) for n in range(2) for kind in ("key", "value")}
    embeds, at = llama.embed(torch.tensor([row])).detach().numpy(), 0
    for k in range(LATENTS + 1):
        T = embeds.shape[1]
        feeds = {"model.embed_tokens/out": embeds, "input_ids": np.zeros((1, T), np.int64), "position_ids": np.arange(at, at + T)[None],
                 "attention_mask": np.ones((1, at + T), np.int64)}
        feeds = {key: value for key, value in (feeds | past).items() if key in {port.name for port in session.get_inputs()}}
        names = [port.name for port in session.get_outputs()]
        out = dict(zip(names, session.run(None, feeds)))
        past = {name.replace("present", "past_key_values"): out[name] for name in names if name.startswith("present")}
        embeds, at = out["model.norm/out"][:, -1:], at + T
        assert np.abs(embeds[0, 0] - states[0, k].numpy()).max() < 1e-4, f"state {k}"


def test_a_solution_in_words_is_a_way_to_the_target(tokenizer, batches):
    batch = batches.next()
    told_of = sentences(batch)
    for b in range(len(told_of)):
        question = tokenizer.decode(batch["ids"][b, batch["start"][b] :].tolist())
        said = tokenizer.decode([id for id in told_of[b].tolist() if id != t.PAD])
        answer = tokenizer.decode(batch["answer"][b].tolist())
        steps = [sentence.split(" is a ") for sentence in said.rstrip(".").split(". ")]
        assert len(steps) == batch["length"][b] and all(" is a ".join(step) + "." in question for step in steps)
        assert all(later[0].removeprefix("Every ") == before[1] for before, later in zip(steps, steps[1:]))
        assert f"{steps[0][0]} is a {steps[-1][1]}." == answer


def test_a_later_level_leaves_the_first_sentences_to_latents(batches):
    batch = batches.next()
    whole, _ = solution(batch, t.EOT, [])
    for level in range(LATENTS + 1):
        inputs, targets = solution(batch, t.EOT, [], level)
        assert (inputs[:, 0] == t.EOT).all() and targets.shape == inputs.shape
        left = (batch["length"] - level).clamp(min=0)
        assert (targets != -100).sum(1).tolist() == (2 * left + 3).tolist()
        for b, row in enumerate(targets.tolist()):
            kept = [id for id in row if id != -100]
            assert kept[-3:] == [*batch["answer"][b].tolist(), t.EOS]
            assert kept[: 2 * left[b]] == whole[b, 1 + 2 * level :].tolist()[: 2 * left[b]]


def test_the_curriculum_is_the_papers():
    assert [level_of(step, 6000) for step in (0, 599, 600, 3599, 3600, 5999)] == [0, 0, 1, 5, 6, 6]


def test_controls_in_words_train(model, batches):
    batch = batches.next()
    sets = batches.node_sets(batch, 5)
    for loss_of in (words_loss, *(lambda *all, k=k: curriculum_loss(*all, k) for k in (0, 3, LATENTS))):
        model.zero_grad()
        loss, figures = loss_of(model, batch, sets)
        loss.backward()
        assert loss.isfinite() and 0 <= figures["right"] <= 1
        assert all(p.grad.isfinite().all() for p in model.parameters() if p.grad is not None)


@torch.no_grad()
def test_latents_of_the_curriculum_are_those_that_are_measured(model, batches):
    batch = batches.next()
    P, table = batch["ids"].shape[1], model.table()
    llama = model.plain()
    rows = [ids[start:].tolist() for ids, start in zip(batch["ids"], batch["start"])]
    states, answers = think(llama, rows)
    mask = joint_mask(batch, P, []).float()
    hidden, cache = llama(embeds=table[batch["ids"]], mask=mask)
    fed, past = feed_back(llama, hidden[:, P - 1 : P], cache, batch, P, LATENTS)
    assert torch.allclose(fed, states, atol=2e-3)
    first = after_thought(llama, table[torch.full((len(rows), 1), t.EOT)], past, batch, P, LATENTS) @ table.T
    assert torch.allclose(first[:, 0], answers[-1][:, 0], atol=2e-2)


def test_a_thought_in_words_is_written_to_its_end_and_judged(model, held_out, tokenizer, monkeypatch):
    records = [problem.record() for problem in held_out]
    prompts = [encode(record) for record in records]
    assert all(len(row) <= 16 and t.EOS not in row for row in told(model.plain(), prompts))
    assert measure_words(model.plain(), records)["sound thoughts"] == 0
    ways = [tokenizer.encode(f"{' '.join(problem.steps)}<eot>{problem.answer}").ids for problem in held_out]

    def judged(rows):
        monkeypatch.setattr("training.coconut_eval.told", lambda *_: rows)
        return measure_words(model, records)

    assert judged(ways) == {"count": 8, "accuracy": 1, "sound thoughts": 1}
    late = [row[2:] for row in ways]  # begins behind the root
    odd = [[*row[: row.index(t.EOT) - 1], *row[row.index(t.EOT) :]] for row in ways]
    for rows in (late, odd):
        assert judged(rows) == {"count": 8, "accuracy": 1, "sound thoughts": 0}


@torch.no_grad()
@pytest.mark.parametrize("stage", ["pause", "words"])
def test_states_of_a_control_in_training_are_those_of_decoding(model, batches, stage):
    batch = batches.next()
    table, P, B = model.table(), batch["ids"].shape[1], len(batch["ids"])
    llama = model.plain()
    rows = [ids[start:].tolist() for ids, start in zip(batch["ids"], batch["start"])]
    if stage == "pause":
        positions, mask = thought_block(batch, torch.full((B,), LATENTS), P)
        inputs = torch.cat((table[batch["ids"]], table[t.PAUSE].expand(B, LATENTS, -1), table[torch.full((B, 3), t.EOT)]), 1)
        places = torch.cat((torch.arange(P).expand(B, P), positions), 1)
        hidden, _ = llama(embeds=inputs, positions=places, mask=joint_mask(batch, P, [mask]).float())
        states, answers = think(llama, rows, "pause")
        assert torch.allclose(hidden[:, P : P + LATENTS], states[:, 1:], atol=1e-4)
        assert torch.allclose(llama.logits(hidden[:, P + LATENTS]), answers[-1][:, 0], atol=1e-3)
        return
    inputs, targets = solution(batch, t.BOT, [t.EOT])
    hidden, _, _, _ = lookup_pass(model, batch, batches.node_sets(batch, 3), table, inputs[:, 1:])
    seen = torch.cat((hidden[:, P - 1 : P], hidden[:, P + 3 :]), 1)
    for b, row in enumerate(rows):
        whole, _ = llama(torch.tensor([row + inputs[b, 1:].tolist()]))
        told_of = int((targets[b] != -100).sum())
        assert torch.allclose(seen[b, :told_of], whole[0, len(row) - 1 : len(row) - 1 + told_of], atol=2e-2)  # masks are bfloat16
