"""Controls begin with the shipped weights, learn the texts that they are named after, and nothing else."""

import random

import numpy as np
import onnx
import onnxruntime as ort
import torch

from training import corpus, softcot, styles
from training.controls import FixedPrompt, said_once, write_prompt
from training.evaluate import decode
from training.export import decoder, rounded_weights
from training.lightthinker import COMPRESS, GISTS, light_row
from training.shipped import MODELS, shipped, shipped_softcot, weights_of
from training.model import Config
from training.tokenizer import load


def test_a_shipped_model_is_read_back_to_the_bit(tmp_path):
    model = shipped()
    onnx.save(decoder(model.c, rounded_weights(model)), tmp_path / "again.onnx")
    found, again = weights_of(MODELS / "base/onnx/model.onnx"), weights_of(tmp_path / "again.onnx")
    assert found.keys() == again.keys() and all(torch.equal(found[name], again[name]) for name in found)


def test_the_assistant_and_its_projection_come_from_one_file():
    assistant, linear = shipped_softcot(Config(vocab=load().get_vocab_size(), **softcot.ASSISTANT))
    assert linear.weight.shape == (shipped().c.d, assistant.c.d)


def test_a_kept_text_is_the_folded_one_without_its_gists():
    problem = corpus.held_out("arithmetic", "valid", 1)[0]
    folded, _ = light_row(problem, random.Random(4))
    kept, hide = light_row(problem, random.Random(4), folded=False)
    marks = {load().token_to_id(token) for token in (COMPRESS, *GISTS, "<o>")}
    assert [id for id in folded.ids if id not in marks] == kept.ids and not marks & set(kept.ids)
    assert len(set(hide)) == 1  # nothing is ever hidden


def test_a_chain_without_re_checks_ends_where_the_answer_is_said():
    rng, seen = random.Random(3), 0
    for _ in range(60):
        sample = said_once(rng)
        if sample.system != styles.system_of("chain-of-thought"):
            continue
        text = "".join(piece.text for piece in sample.pieces)
        thought, _, answer = text.partition("</think>")
        seen += 1
        assert "let me check" not in thought and thought.count("\nSo ") == 1 and thought.rstrip().split("\n")[-1].startswith("So ") and "boxed" in answer
    assert seen > 5


def test_a_learnt_prompt_is_written_as_the_engine_reads_one(tmp_path):
    prompt = FixedPrompt(shipped())
    write_prompt(prompt, tmp_path / "softcot.onnx")
    session = ort.InferenceSession(tmp_path / "softcot.onnx")
    for ids in ([[5, 6, 7]], [[9]]):
        (soft,) = session.run(["soft_tokens"], {"input_ids": np.array(ids, np.int64)})
        assert np.array_equal(soft[0], prompt.tokens.detach().numpy())


def test_what_is_learnt_is_the_answer_alone():
    problem = corpus.held_out("triage", "valid", 1)[0]
    row = softcot.solved_row(problem)
    learnt = [id for id, loss in zip(row.ids, row.loss) if loss]
    assert decode(learnt) == styles.closing(problem.answer)
