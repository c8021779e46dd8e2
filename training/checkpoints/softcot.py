"""SoftCoT (2502.12134) as its authors save it: `projection.bin`, one Linear between two frozen models of the hub.

The assistant and the base may have different tokenizers: each reads its own placeholder, as often as there are soft tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from .fault import ImportFault
from .folder import new_folder, write_folder
from .graph import export_assistant
from .hub import check_vocabulary, load_model, load_tokenizer, read_state, token_id

# Which tokens the authors use by family: the placeholder, and what stands around the placeholders in the base's prompt.
MARKS = (
    ("<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>"),  # Llama 3
    ("<|endoftext|>", "<|box_start|>", "<|box_end|>"),  # Qwen 2.5
)
TOKENS = 4  # What the authors evaluate with; they train with 32.
FILE, TOKENIZER = "softcot.onnx", "assistant"
QUESTION, SOFT = "{question}", "{soft}"
LONGEST_PART = 2000
# The day that templates of Llama 3 write where they are told none, as they were when the authors trained.
DATE = {"date_string": "26 Jul 2024"}


def import_softcot(
    projection: str, base: str, assistant: str, out: str, tokens: int = TOKENS, name: str | None = None, prompt: str | None = None,
    base_prompt: str | None = None, placeholder: str | None = None, assistant_placeholder: str | None = None,
) -> None:
    """
    @param prompt what the assistant is told in the user's turn and what it has begun to answer, divided by a line `---`
    @param base_prompt what the user says to the base, with the question and the soft tokens left open
    """
    if not 1 <= tokens <= 64:
        raise ImportFault(f"{tokens} soft tokens are asked for.", "Give --tokens from 1 to 64.")
    state = read_state(projection)
    weight, bias = linear(state, projection)
    base_tokenizer, assistant_tokenizer = load_tokenizer(base), load_tokenizer(assistant)
    mark, opener, closer = marks(base_tokenizer, base, placeholder, "--placeholder")
    read, _, _ = marks(assistant_tokenizer, assistant, assistant_placeholder, "--assistant-placeholder")
    written = assistant_prompt(assistant_tokenizer, assistant, prompt, read)
    lead, before, after = around(base_prompt if base_prompt is not None else QUESTION + SOFT, opener, closer)
    base_model, assistant_model = load_model(base), load_model(assistant)
    check_vocabulary(base_model, base_tokenizer, base)
    check_vocabulary(assistant_model, assistant_tokenizer, assistant)
    for model, source, width, side in ((base_model, base, weight.shape[0], "gives"), (assistant_model, assistant, weight.shape[1], "takes")):
        if width != model.config.hidden_size:
            raise ImportFault(
                f"{projection} {side} vectors of width {width}, and {source} has a width of {model.config.hidden_size}.", "Name the two models that it was trained between."
            )
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight.float(), bias.float()
    with new_folder(out) as folder:
        assistant_tokenizer.save_pretrained(folder / TOKENIZER)
        settings = {
            "file": FILE, "placeholder": mark, "lead": lead, "before": before, "after": after, "tokens": tokens, "thinking": True,
            "instruction": "none", "assistantTokenizer": TOKENIZER, "assistantPlaceholder": read, "assistantPrompt": written,
        }
        if "date_string" in (base_tokenizer.chat_template or ""):
            settings["templateVariables"] = DATE
        write_folder(folder, base_model, base_tokenizer, name or f"SoftCoT on {base.rstrip('/').split('/')[-1]}", {"softcot": settings})
        export_assistant(assistant_model, layer, token_id(assistant_tokenizer, read), folder / FILE)


def linear(state: dict[str, Tensor], source: str) -> tuple[Tensor, Tensor]:
    """weight [d_base, d_assistant] and bias [d_base]."""
    if "embedding" in state:
        raise ImportFault(f"{source} is a projection of SoftCoT++, with starts of several thoughts.", "Give the projection.bin of a SoftCoT run.")
    if set(state) != {"weight", "bias"}:
        raise ImportFault(f"{source} holds {', '.join(sorted(state)[:3])}; a projection holds weight and bias.", "Give the projection.bin that train_softcot.py has saved.")
    weight, bias = state["weight"], state["bias"]
    if weight.dim() != 2 or bias.shape != weight.shape[:1]:
        raise ImportFault(
            f"{source} holds a weight of {list(weight.shape)} and a bias of {list(bias.shape)}, which are no linear layer.", "Give the projection.bin that train_softcot.py has saved."
        )
    return weight, bias


def marks(tokenizer: PreTrainedTokenizerBase, source: str, placeholder: str | None, option: str) -> tuple[str, str, str]:
    if placeholder is None:
        known = next((row for row in MARKS if all(token_id(tokenizer, token) is not None for token in row)), None)
        if known:
            return known
        raise ImportFault(f"{source} has the placeholder neither of Llama 3 nor of Qwen 2.5.", f"Name with {option} the token that training put soft tokens in place of.")
    if token_id(tokenizer, placeholder) is None:
        raise ImportFault(f"{source} has no token {placeholder}.", f"Name with {option} a token of its vocabulary.")
    return placeholder, "", ""


def around(prompt: str, opener: str, closer: str) -> tuple[str, str, str]:
    """What stands in the base's prompt before the question, between it and the soft tokens, and behind these, with the family's marks."""
    lead, _, rest = prompt.partition(QUESTION)
    before, _, after = rest.partition(SOFT)
    if prompt.count(QUESTION) != 1 or rest.count(SOFT) != 1 or SOFT in lead:
        raise ImportFault("The base's prompt does not have {question} once and {soft} once behind it.", "Write what the user says to the base, with both.")
    parts = lead, before + opener, closer + after
    for part in parts:
        if len(part) > LONGEST_PART:
            raise ImportFault(f"A part of the base's prompt has {len(part)} characters, and the engine reads {LONGEST_PART}.", "Give a shorter text.")
    return parts


def assistant_prompt(tokenizer: PreTrainedTokenizerBase, source: str, prompt: str | None, placeholder: str) -> str:
    """The whole text that the assistant reads, in its own template, with {question} and {soft} left open."""
    user, _, begun = (prompt if prompt is not None else f"{QUESTION}\n---\n{SOFT}").partition("\n---\n")
    if user.count(QUESTION) != 1 or begun.count(SOFT) != 1 or SOFT in user:
        raise ImportFault(
            "The assistant's prompt does not have {question} once before the line --- and {soft} once behind it.", "Write what the user says, a line with ---, and how the assistant begins."
        )
    if tokenizer.chat_template is None:
        raise ImportFault(f"{source} has no chat template, in which the assistant would be asked.", "Name an assistant that was trained on conversations.")
    turns = [{"role": "user", "content": user.strip()}, {"role": "assistant", "content": begun.strip()}]
    text = tokenizer.apply_chat_template(turns, tokenize=False, **DATE)
    if text.count(QUESTION) != 1 or text.count(SOFT) != 1 or placeholder in text:
        raise ImportFault(f"The chat template of {source} does not keep the question and the placeholders as they are written.", "Name another placeholder or another assistant.")
    return text
