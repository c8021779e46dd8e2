"""Byte-level BPE in which practically every word of the corpus is one token and every digit stands alone.

    python -m training.tokenizer            # writes models/pocket/base/tokenizer.json and tokenizer_config.json

Any text is tokenised without loss (256 byte tokens at the bottom). A few frequent glue words of ProsQA's sentences (" is a",
". Every") are one token each, so that a fact is four tokens long; people see and count them so.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from . import corpus, styles
from .problems import arithmetic, prosqa, triage

FOLDER = Path(__file__).parent.parent / "models/pocket/base"
VOCAB = 1536
HIDDEN = ["<|pad|>", "<|im_start|>", "<|im_end|>", "<w>", "<c1>", "<c2>", "<c3>", "<c4>", "<o>", "<soft>", "<reserved_0>", "<reserved_1>", "<reserved_2>", "<reserved_3>"]
SHOWN = ["<think>", "</think>", "<summary>", "</summary>", "<history>", "</history>"]  # part of the text people read
PATTERN = r"\\boxed\{|\*\*| is a(?= )| and a(?= )|, a(?= )|\. Every(?= )| ?\p{L}+| ?\d|\n| ?[^\s\p{L}\d]+|\s"
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def words() -> list[str]:
    """Texts that hold every word the generators can say, some more often than chance would."""
    rng = random.Random(0)
    out = [s.prompt() + "".join(p.text for p in s.pieces) for s in (corpus.sample(rng) for _ in range(2500))]
    out = [re.sub("<[^>]*>", " ", text) for text in out]
    names = prosqa.PERSONS + prosqa.CONCEPTS + arithmetic.SHE + arithmetic.HE + arithmetic.THINGS + arithmetic.WEEKDAYS + arithmetic.MONTHS
    names += [word for t in triage.CLASSES for word in (*t, *(w.capitalize() for w in t))] + list(triage.DOMAINS)
    names += [w for d in triage.DOMAINS.values() for words, row in d.items() for w in (*words.split(), words.split()[0].capitalize(), row[0])]
    both = [form for word in names for form in (f" {word}", f"\n{word}")]
    prompts = json.dumps(styles.PROMPTS, ensure_ascii=False)
    return out + [text for text in [*both, styles.INDUCER] for _ in range(120)] + re.findall(r" ?\w+", prompts) * 40


def train() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PATTERN), "isolated"), byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=VOCAB, special_tokens=HIDDEN + SHOWN, initial_alphabet=alphabet, show_progress=False)
    counted = Counter(words())
    tokenizer.train_from_iterator((text for text, n in counted.items() for _ in range(min(n, 120))), trainer)
    return tokenizer


def write(tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    data = json.loads(tokenizer.to_str())
    for token in data["added_tokens"]:
        token["special"] = token["content"] in HIDDEN
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf8")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 2048, "clean_up_tokenization_spaces": False, "add_bos_token": False,
        "bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|pad|>", "unk_token": None, "chat_template": TEMPLATE,
        "added_tokens_decoder": {str(t["id"]): {k: t[k] for k in ("content", "lstrip", "normalized", "rstrip", "single_word", "special")} for t in data["added_tokens"]},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", "utf8")


@cache
def load(folder: Path = FOLDER) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    made = train()
    write(made, Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    print(made.get_vocab_size(), "tokens")
