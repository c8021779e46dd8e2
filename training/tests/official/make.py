"""Writes test/fixtures/official: each method's checkpoint imported, and the plain reading of its algorithm beside it.

    python -m training.tests.official.make [METHOD …]

The checkpoints are random, from seeds, and know nothing. Seeds are such that no choice between two tokens is close.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Callable

import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from training.checkpoints.coconut import BEGIN, END, LATENT, import_coconut
from training.checkpoints.gists import ADDED, COMPRESS, GIST, GO, import_anllm, import_lightthinker
from training.checkpoints.inftythink import import_inftythink
from training.checkpoints.softcot import TOKENS, import_softcot

from . import plain
from .golden import write_golden
from .vocabularies import save_hub_model, tiny_tokenizer

FIXTURES = Path(__file__).parents[3] / "test/fixtures/official"
QUESTION = "Every lempus is a rompus. Alex is a lempus. Is Alex a rompus or a jelgus?"
MOST = 24


def gpt2(rows: int) -> GPT2LMHeadModel:
    # Weights ten times as large as at the start of training, so that hidden states differ from place to place.
    config = GPT2Config(vocab_size=rows, n_embd=32, n_layer=2, n_head=4, n_positions=256, initializer_range=0.2, bos_token_id=None, eos_token_id=None)
    return GPT2LMHeadModel(config)


def coconut_checkpoint(scratch: Path, seed: int = 1) -> tuple[Path, Path, GPT2LMHeadModel]:
    """The base as on the hub, the state dict as the authors' wrapper saves it, and the model in it."""
    tokenizer = tiny_tokenizer("gpt2", 24)
    torch.manual_seed(0)
    base = gpt2(len(tokenizer))
    base.config.eos_token_id = base.generation_config.eos_token_id = tokenizer.eos_token_id
    folder = save_hub_model(base, tokenizer, scratch / "base")
    torch.manual_seed(seed)
    model = gpt2(len(tokenizer) + 3).eval()
    model.config.eos_token_id = tokenizer.eos_token_id
    state = {f"base_causallm.{k}": v for k, v in model.state_dict().items()}
    torch.save(state | {"embedding.weight": model.transformer.wte.weight.detach()}, scratch / "checkpoint_40")
    return scratch / "checkpoint_40", folder, model


def coconut(scratch: Path, out: Path, seed: int) -> None:
    checkpoint, base, model = coconut_checkpoint(scratch, seed)
    import_coconut(str(checkpoint), str(base), str(out), steps=6, name="Tiny Coconut")
    tokenizer = tiny_tokenizer("gpt2", 24)
    tokenizer.add_tokens([BEGIN, END, LATENT])
    begin, end = tokenizer.convert_tokens_to_ids([BEGIN, END])
    write_golden(out, "coconut", QUESTION, plain.coconut(model, tokenizer, QUESTION, begin, end, 6, MOST), {"maxTokens": MOST})


SIZES = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=1024, initializer_range=0.25)


def hub_model(family: str, merges: int, folder: Path, seed: int, tokenizer=None, **sizes):
    """A random model of a family of the hub with its tokenizer, saved as it lies on the hub. @returns both"""
    tokenizer = tokenizer or tiny_tokenizer(family, merges)
    torch.manual_seed(seed)
    ids = dict(bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id)
    settings = SIZES | dict(vocab_size=len(tokenizer), tie_word_embeddings=True) | ids | sizes
    model = (LlamaForCausalLM(LlamaConfig(**settings)) if family == "llama" else Qwen2ForCausalLM(Qwen2Config(**settings))).eval()
    save_hub_model(model, tokenizer, folder)
    return model, tokenizer


ASSISTANT_PROMPT = "Give {question} some thoughts.\n---\nThoughts: {soft}"


def softcot_parts(scratch: Path, seed: int = 1):
    """Base and assistant of two families with two tokenizers, and the Linear between them as the authors save it, in bfloat16."""
    base, base_tokenizer = hub_model("llama", 24, scratch / "base", seed)
    assistant, assistant_tokenizer = hub_model("qwen", 8, scratch / "assistant", seed + 1, hidden_size=24)
    projection = torch.nn.Linear(24, 32, dtype=torch.bfloat16)
    torch.save(projection.state_dict(), scratch / "projection.bin")
    return (base, base_tokenizer), (assistant, assistant_tokenizer), projection.float()


def softcot(scratch: Path, out: Path, seed: int) -> None:
    (base, tokenizer), (assistant, assistant_tokenizer), projection = softcot_parts(scratch, seed)
    import_softcot(str(scratch / "projection.bin"), str(scratch / "base"), str(scratch / "assistant"), str(out), name="Tiny SoftCoT", prompt=ASSISTANT_PROMPT)
    placeholder, opener, closer = "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>"
    content = f"{QUESTION}{opener}{placeholder * TOKENS}{closer}"
    prompt = ids_of(tokenizer, [{"role": "user", "content": content}], add_generation_prompt=True)
    user, begun = (part.replace("{question}", QUESTION).replace("{soft}", "<|endoftext|>" * TOKENS) for part in ASSISTANT_PROMPT.split("\n---\n"))
    assistant_prompt = ids_of(assistant_tokenizer, [{"role": "user", "content": user}, {"role": "assistant", "content": begun}])
    reading = plain.softcot(
        base, assistant, projection, prompt, tokenizer.convert_tokens_to_ids(placeholder), assistant_prompt,
        assistant_tokenizer.convert_tokens_to_ids("<|endoftext|>"), {tokenizer.eos_token_id}, MOST,
    )
    write_golden(out, "softcot", QUESTION, reading, {"maxTokens": MOST})


def ids_of(tokenizer, turns: list[dict[str, str]], **how) -> list[int]:
    return tokenizer.encode(tokenizer.apply_chat_template(turns, tokenize=False, **how), add_special_tokens=False)


def gist_model(folder: Path, family: str, gists: int, seed: int, mark: str = COMPRESS):
    """@param mark the token with which the model ends a thought"""
    tokenizer = tiny_tokenizer(family, 12)
    tokenizer.add_tokens([*ADDED, *(GIST.format(n) for n in range(gists))], special_tokens=True)
    model, _ = hub_model(family, 12, folder, seed, tokenizer, tie_word_embeddings=False)
    with torch.no_grad():
        # Or thoughts would hardly ever end.
        model.lm_head.weight[tokenizer.convert_tokens_to_ids(mark)] *= 2
    save_hub_model(model, tokenizer, folder)
    return model, tokenizer


INSTRUCTION = "Think in steps."
LONG = 72


def compressing(out: Path, tokenizer, read: Callable[[list[int], set[int], int], tuple[plain.Reading, int]]) -> None:
    """Reads the question plainly by `read` (prompt, ends, most) and writes it beside what was imported to `out`."""
    prompt = ids_of(tokenizer, [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": QUESTION}], add_generation_prompt=True)
    reading, compressed = read(prompt, {tokenizer.eos_token_id}, LONG)
    assert compressed >= 2, f"{compressed} thoughts compressed: another seed"
    write_golden(out, "lightthinker", QUESTION, reading, {"maxTokens": LONG}, compressed=compressed)


def lightthinker(scratch: Path, out: Path, seed: int) -> None:
    model, tokenizer = gist_model(scratch / "model", "qwen", 9, seed)
    import_lightthinker(str(scratch / "model"), str(out), instruction=INSTRUCTION, name="Tiny lightthinker")
    compress, go, *gists = tokenizer.convert_tokens_to_ids([COMPRESS, GO, *(GIST.format(n) for n in range(9))])
    compressing(out, tokenizer, lambda prompt, ends, most: plain.lightthinker(model, prompt, compress, gists, go, ends, most))


def anllm(scratch: Path, out: Path, seed: int) -> None:
    anchor = GIST.format(0)
    model, tokenizer = gist_model(scratch / "model", "llama", 1, seed, anchor)
    import_anllm(str(scratch / "model"), str(out), instruction=INSTRUCTION, name="Tiny anllm")
    compressing(out, tokenizer, lambda prompt, ends, most: plain.anllm(model, prompt, tokenizer.convert_tokens_to_ids(anchor), ends, most))


def inftythink_model(folder: Path, seed: int):
    """One that writes only letters, so that its summaries can be read back, and the marks of a round now and then."""
    tokenizer = tiny_tokenizer("qwen", 24)
    tokenizer.add_tokens(ROUND, special_tokens=False)
    model, _ = hub_model("qwen", 24, folder, seed, tokenizer, tie_word_embeddings=False)
    spoken = [id for token, id in tokenizer.get_vocab().items() if token.removeprefix("\u0120").isascii() and token.removeprefix("\u0120").isalpha()]
    marks = tokenizer.convert_tokens_to_ids([*ROUND, "<|im_end|>"])
    with torch.no_grad():
        model.lm_head.weight *= torch.zeros(len(tokenizer), 1).index_fill(0, torch.tensor(spoken + marks), 4.0).index_fill(0, torch.tensor(marks), 6.0)
    save_hub_model(model, tokenizer, folder)
    return model, tokenizer


ROUND = ["<think>", "</think>", "<summary>", "</summary>"]


def inftythink(scratch: Path, out: Path, seed: int) -> None:
    model, tokenizer = inftythink_model(scratch / "model", seed)
    import_inftythink(str(scratch / "model"), str(out), name="Tiny InftyThink")
    rounds = plain.inftythink(model, tokenizer, QUESTION, LONG)
    last = rounds[-1]
    texts = [tokenizer.decode(each.ids[each.given :]) for each in rounds]
    assert all(text.count(ROUND[2]) == text.count(ROUND[3]) for text in texts), "a summary is opened or closed alone: another seed"
    assert 2 <= len(rounds) <= 5 and 12 <= len(last.ids) - last.given < LONG, f"{len(rounds)} rounds: another seed"
    write_golden(out, "inftythink", QUESTION, last, {"roundTokens": LONG, "temperature": 0}, rounds=len(rounds))


# With the seed of its weights.
METHODS = {"coconut": (coconut, 1), "softcot": (softcot, 1), "lightthinker": (lightthinker, 1), "anllm": (anllm, 4), "inftythink": (inftythink, 265)}


def make(method: str, out: Path) -> None:
    write, seed = METHODS[method]
    with tempfile.TemporaryDirectory() as scratch:
        write(Path(scratch), out, seed)


if __name__ == "__main__":
    import shutil

    for method in sys.argv[1:] or METHODS:
        shutil.rmtree(FIXTURES / method, ignore_errors=True)
        make(method, FIXTURES / method)
        size = sum(file.stat().st_size for file in (FIXTURES / method).rglob("*") if file.is_file())
        print(f"{method}: {size / 1000:.0f} kB")
