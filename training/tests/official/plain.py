"""The published algorithms, read plainly: no cache, nothing rewound, nothing evicted; every step reads the whole text again.

What the engine does with caches, chunks and dropped rows has to come to the same tokens and hidden states.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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


def lightthinker(model, prompt: list[int], compress: int, gists: list[int], go: int, ends: set[int], most: int) -> tuple[Reading, int]:
    """LightThinker (2502.15589, section 3) by the mask that it is trained under: nothing is dropped; from the row of `go` on, no
    row sees the thought before it, nor its `compress`. Positions count on. @returns also how many thoughts were compressed"""
    ids, begun, hidden_from = list(prompt), len(prompt), []
    while True:
        T = len(ids)
        seen = torch.ones(T, T, dtype=torch.bool).tril()
        for go_row, first, last in hidden_from:
            seen[go_row:, first:last] = False
        hidden = states(model, embedded(model, ids), seen)
        token = choice(model, hidden[-1])
        if token in ends or T - len(prompt) >= most:
            return Reading(ids, len(prompt), hidden), len(hidden_from)
        ids.append(token)
        if token == compress:
            ids += [*gists, go]
            hidden_from.append((len(ids) - 1, begun, T + 1))
            begun = len(ids)


def anllm(model, prompt: list[int], anchor: int, ends: set[int], most: int) -> tuple[Reading, int]:
    """AnLLM (2402.07616, section 3.2) by the mask that LightThinker's authors train it under: the model writes `anchor` itself, whose
    row sees its thought and nothing before it; no later row sees that thought. Positions count on. @returns also how many were folded"""
    ids, begun, folded = list(prompt), len(prompt), []
    while True:
        T = len(ids)
        seen = torch.ones(T, T, dtype=torch.bool).tril()
        for first, row in folded:
            seen[row, :first] = False
            seen[row + 1 :, first:row] = False
        hidden = states(model, embedded(model, ids), seen)
        token = choice(model, hidden[-1])
        if token in ends or T - len(prompt) >= most:
            return Reading(ids, len(prompt), hidden), len(folded)
        ids.append(token)
        if token == anchor:
            folded.append((begun, T))
            begun = len(ids)


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
