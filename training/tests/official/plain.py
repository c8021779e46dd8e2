"""The published algorithms, read plainly: no cache, nothing rewound, nothing evicted; every step reads the whole text again.

What the engine does with caches, chunks and dropped rows has to come to the same tokens and hidden states.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

import torch
from torch import Tensor

# A choice between two tokens that are closer than this would be decided by the order of additions.
LEAST_MARGIN = 2e-3


@dataclass
class Reading:
    """What was read and written: ids in order (None where an embedding stands for a token), and how many of them were given."""

    ids: list[int | None]
    given: int
    hidden: Tensor = field(default_factory=lambda: torch.empty(0))  # [len(ids), d], after the final norm


@torch.no_grad()
def states(model, embeds: Tensor, mask: Tensor | None = None) -> Tensor:
    """Last hidden states [T,d] of embeddings [T,d]; `mask` [T,T] says which row sees which, causal by default."""
    T = len(embeds)
    seen = torch.ones(T, T, dtype=torch.bool).tril() if mask is None else mask
    bias = torch.where(seen, 0.0, torch.finfo(torch.float32).min)[None, None]
    return model.base_model(inputs_embeds=embeds[None], attention_mask=bias, position_ids=torch.arange(T)[None], use_cache=False).last_hidden_state[0]


@torch.no_grad()
def choice(model, hidden: Tensor) -> int:
    """The likeliest next token after a hidden state [d]."""
    (best, second), (token, _) = (x.tolist() for x in model.get_output_embeddings()(hidden).topk(2))
    assert best - second > LEAST_MARGIN, f"too close to be told apart: {best - second:.1e}"
    return token


def embedded(model, ids: list[int]) -> Tensor:
    return model.get_input_embeddings().weight.detach()[ids]


def greedy(model, ids: list[int | None], embeds: Tensor, ends: set[int], most: int, last: int | None = None) -> Reading:
    """Writes at most `most` tokens after ids [T] with embeddings [T,d], none after `last`."""
    given, ids = len(ids), list(ids)
    while True:
        hidden = states(model, embeds)
        if len(ids) - given == most or len(ids) > given and ids[-1] == last:
            return Reading(ids, given, hidden)
        token = choice(model, hidden[-1])
        if token in ends:
            return Reading(ids, given, hidden)
        ids.append(token)
        embeds = torch.cat((embeds, embedded(model, [token])))


def coconut(model, tokenizer, question: str, begin: int, end: int, steps: int, most: int) -> Reading:
    """Coconut (2412.06769, section 3): after `begin`, each thought is the last hidden state of the place before it."""
    ids: list[int | None] = [*tokenizer.encode(question + "\n"), begin]
    embeds = embedded(model, ids)
    for _ in range(steps):
        embeds = torch.cat((embeds, states(model, embeds)[-1:]))
        ids.append(None)
    return greedy(model, [*ids, end], torch.cat((embeds, embedded(model, [end]))), {model.config.eos_token_id}, most)


def softcot(base, assistant, projection, prompt: list[int], placeholder: int, assistant_prompt: list[int], assistant_placeholder: int, ends: set[int], most: int) -> Reading:
    """SoftCoT (2502.12134, section 3): the assistant's last hidden states at its placeholders, projected, stand at the base's."""
    hidden = states(assistant, embedded(assistant, assistant_prompt))
    with torch.no_grad():
        soft = projection(hidden[[place for place, id in enumerate(assistant_prompt) if id == assistant_placeholder]])
    embeds = embedded(base, prompt).clone()
    embeds[[place for place, id in enumerate(prompt) if id == placeholder]] = soft
    return greedy(base, [None if id == placeholder else id for id in prompt], embeds, ends, most)


def folding(model, prompt: list[int], mark: int, behind: list[int], hidden_by: Callable, ends: set[int], most: int) -> tuple[Reading, int]:
    """Writes until the end; `behind` follows each `mark` that ends a thought. Nothing is dropped: `hidden_by` (the thought's first row, the mark's
    row) gives the rows, and what they do not see. Positions count on. @returns also how many thoughts were folded"""
    ids, begun, folds = list(prompt), len(prompt), []
    while True:
        T = len(ids)
        seen = torch.ones(T, T, dtype=torch.bool).tril()
        for rows, columns in (each for fold in folds for each in fold):
            seen[rows, columns] = False
        hidden = states(model, embedded(model, ids), seen)
        token = choice(model, hidden[-1])
        if token in ends or T - len(prompt) >= most:
            return Reading(ids, len(prompt), hidden), len(folds)
        ids.append(token)
        if token == mark:
            ids += behind
            folds.append(hidden_by(begun, T))
            begun = len(ids)


def lightthinker(model, prompt: list[int], compress: int, gists: list[int], go: int, ends: set[int], most: int) -> tuple[Reading, int]:
    """LightThinker (2502.15589, section 3) by the mask that it is trained under: from the row of `go` on, no row sees the thought before
    it, nor its `compress`."""
    return folding(model, prompt, compress, [*gists, go], lambda begun, row: [(slice(row + len(gists) + 1, None), slice(begun, row + 1))], ends, most)


def anllm(model, prompt: list[int], anchor: int, ends: set[int], most: int) -> tuple[Reading, int]:
    """AnLLM (2402.07616, section 3.2) by the mask that LightThinker's authors train it under: the model writes `anchor` itself, whose row
    sees its thought and nothing before it; no later row sees that thought."""
    return folding(model, prompt, anchor, [], lambda begun, row: [(row, slice(begun)), (slice(row + 1, None), slice(begun, row))], ends, most)


def inftythink(model, tokenizer, question: str, most: int, most_rounds: int = 10) -> list[Reading]:
    """InftyThink (2503.06692, section 3): each round reads the question and the summary of the one before, and nothing else."""
    rounds, history = [], ""
    while True:
        ids = tokenizer.encode(f"User:{question}Assistant:{history}", add_special_tokens=False)
        close = tokenizer.convert_tokens_to_ids("</summary>")
        rounds.append(greedy(model, ids, embedded(model, ids), {tokenizer.eos_token_id}, most, close))
        text = tokenizer.decode(rounds[-1].ids[rounds[-1].given :])
        if "<summary>" not in text or len(rounds) == most_rounds:
            return rounds
        history = f"<history>{text.split('<summary>')[1].split('</summary>')[0].strip()}</history>"
