"""LightThinker (2502.15589) and AnLLM (2402.07616) as LightThinker's authors train them: hub models with tokens of their own."""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

from .fault import ImportFault
from .folder import new_folder, write_folder
from .hub import check_vocabulary, load_model, load_tokenizer, token_id

OTHER_ANCHOR = "<AC>"
COMPRESS, GO, GIST = "<|splitter|>", "<|continue|>", "<|o_{}|>"
# What training adds to a base's vocabulary before the gists, in this order.
ADDED = (COMPRESS, GO, "<|recover|>", "<|begin_of_thought|>", "<|end_of_thought|>", "<|begin_of_solution|>", "<|end_of_solution|>", "\n\n")
MOST_GISTS = 64
MAX_TOKENS = 10240
# How training writes a conversation, by a token of the family's: no date, no default system turn, nothing trimmed.
TEMPLATES = {
    "<|im_start|>": "{% for turn in messages %}<|im_start|>{{ turn.role }}\n{{ turn.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    "<|start_header_id|>": "<|begin_of_text|>{% for turn in messages %}<|start_header_id|>{{ turn.role }}<|end_header_id|>\n\n{{ turn.content }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}",
}


def import_lightthinker(model: str, out: str, tokenizer: str | None = None, gists: int | None = None, instruction: str | None = None, name: str | None = None) -> None:
    """@param gists how many to add to a tokenizer that lacks the tokens; @param instruction the system turn of training"""
    _import(model, out, tokenizer, gists, instruction, name or "LightThinker", False)


def import_anllm(model: str, out: str, tokenizer: str | None = None, gists: int | None = None, instruction: str | None = None, name: str | None = None) -> None:
    _import(model, out, tokenizer, gists, instruction, name or "AnLLM", True)


def _import(source: str, out: str, tokenizer_source: str | None, gists: int | None, instruction: str | None, name: str, is_anchor: bool) -> None:
    """@param is_anchor whether the model ends a thought with its one gist, and nothing is written around that"""
    tokenizer = load_tokenizer(tokenizer_source or source)
    if is_anchor and token_id(tokenizer, OTHER_ANCHOR) is not None:
        raise ImportFault(f"{source} has the anchor {OTHER_ANCHOR} of AnLLM's own training, which is not read.", "Give a model that zjunlp/LightThinker has trained as AnLLM.")
    before = len(tokenizer)
    found = gist_tokens(tokenizer, tokenizer_source or source, gists)
    if is_anchor and len(found) > 1:
        raise ImportFault(f"{source} has {len(found)} gist tokens, and AnLLM has one.", "Import it as lightthinker.")
    model = load_model(source)
    rows = model.get_input_embeddings().weight.shape[0]
    if before < len(tokenizer) != rows:
        # Training gives the embedding a row for each token and no more.
        raise ImportFault(
            f"{source} embeds {rows} tokens; its tokenizer has {before}, and {len(tokenizer)} with those that training adds.",
            "Give as many --gists as it was trained with, and the tokenizer that training began with by --tokenizer.",
        )
    check_vocabulary(model, tokenizer, source)
    tokenizer.chat_template = next((template for token, template in TEMPLATES.items() if token_id(tokenizer, token) is not None), tokenizer.chat_template)
    with new_folder(out) as folder:
        marks = {"schedule": "anllm"} if is_anchor else {"compress": COMPRESS, "go": GO, "schedule": "thought"}
        settings = marks | {"gists": found, "opener": False, "maxTokens": MAX_TOKENS}
        write_folder(folder, model, tokenizer, name, {"lightthinker": settings | ({} if instruction is None else {"instruction": instruction})})


def gist_tokens(tokenizer: PreTrainedTokenizerBase, source: str, wanted: int | None) -> list[str]:
    """The gists of the vocabulary; where it has none of training's tokens, they are added as training adds them."""
    has = lambda token: token_id(tokenizer, token) is not None
    own = [GIST.format(n) for n in range(MOST_GISTS)]
    found = own[: next((n for n, token in enumerate(own) if not has(token)), MOST_GISTS)]
    if has(COMPRESS) and has(GO) and found:
        if wanted in (None, len(found)):
            return found
        raise ImportFault(f"The tokenizer of {source} has {len(found)} gist tokens, not {wanted}.", "Leave --gists out.")
    if has(COMPRESS) or has(GO) or found:
        raise ImportFault(f"The tokenizer of {source} has only some of {COMPRESS}, {GO} and {own[0]}.", "Take the tokenizer that training saved.")
    if wanted is None:
        raise ImportFault(
            f"The tokenizer of {source} has no {COMPRESS}, with which a thought ends.",
            "Give --gists (9 for the authors' Qwen, 7 for Llama, 1 for AnLLM) to add the tokens as training does, with the tokenizer that it began with by --tokenizer.",
        )
    if not 1 <= wanted <= MOST_GISTS:
        raise ImportFault(f"{wanted} gist tokens are asked for.", f"Give --gists from 1 to {MOST_GISTS}.")
    tokenizer.add_tokens([token for token in (*ADDED, *own[:wanted]) if not has(token)], special_tokens=True)
    return own[:wanted]
