"""Vocabulary of the Coconut models: two tokens a sentence, every other text as bytes.

A sentence "Every shumpus is a rempus." is the two tokens "Every shumpus" and " is a rempus."; the question is " Is Tom",
" a lempus", " or scrompus", "?". The names are those of ProsQA (Coconut, arXiv 2412.06769). In training the embedding of such
a token is the vector of its name plus a vector of its form; the exported table is plain. A latent is asked for bare names.
"""

from training.problems.prosqa import CONCEPTS, PERSONS

PAD, EOS, BOT, EOT, LATENT, PAUSE = range(6)
SPECIALS = ["<pad>", "<eos>", "<bot>", "<eot>", "<latent>", "<pause>"]
NAMES = CONCEPTS + PERSONS  # a name's index in all arrays
FIRST_PERSON = len(CONCEPTS)

_BYTES = len(SPECIALS)
FORMS = [  # form, the names it exists for
    ("{}", NAMES),
    ("Every {}", CONCEPTS),
    (" Every {}", CONCEPTS),
    (" {}", PERSONS),
    (" is a {}.", CONCEPTS),
    (" Is {}", PERSONS),
    (" a {}", CONCEPTS),
    (" or {}", CONCEPTS),
]
_starts = [_BYTES + 256]
for _, _names in FORMS:
    _starts.append(_starts[-1] + len(_names))
VOCAB = _starts.pop()
# Id of a name in a form: START + index in NAMES (for forms of persons only, the offset of FIRST_PERSON is taken off here).
BARE, EVERY, SP_EVERY, SP_PERSON, IS_A, IS_PERSON, A, OR = (
    start - (FIRST_PERSON if names is PERSONS else 0) for start, (_, names) in zip(_starts, FORMS)
)
PLAIN = _BYTES + 256  # ids below have a vector of their own
NAME_OF = [NAMES.index(name) for _, names in FORMS for name in names]  # of id PLAIN + i
FORM_OF = [form for form, (_, names) in enumerate(FORMS) for _ in names]
QUESTION_MARK = _BYTES + ord("?")


def byte_symbols():
    """The 256 printable stand-ins for bytes that byte-level BPE uses (GPT-2), in the order of the bytes."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    moved = iter(range(256, 512))
    return [chr(byte) if byte in kept else chr(next(moved)) for byte in range(256)]


def tokenizer_json():
    """Contents of tokenizer.json: bytes as the model's vocabulary, all longer pieces as added tokens matched in raw text."""
    pieces = [form.format(name) for form, names in FORMS for name in names]
    added = [(number, text, True) for number, text in enumerate(SPECIALS)]
    added += [(PLAIN + number, text, False) for number, text in enumerate(pieces)]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": number, "content": text, **flags, "special": special} for number, text, special in added],
        "normalizer": None, "pre_tokenizer": byte_level, "post_processor": None, "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
            "fuse_unk": False, "byte_fallback": False,
            "vocab": {text: number for number, text in enumerate(SPECIALS + byte_symbols())}, "merges": [],
        },
    }


def tokenizer_config():
    """Contents of tokenizer_config.json. The chat template is the bare question: the models speak nothing else."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": None, "eos_token": "<eos>", "pad_token": "<pad>",
        "unk_token": None, "add_bos_token": False, "add_eos_token": False, "clean_up_tokenization_spaces": False,
        "model_max_length": 2048,
        "chat_template": "{% for message in messages %}{% if message['role'] == 'user' %}{{ message['content'] }}{% endif %}{% endfor %}",
    }
