"""Turns a checkpoint of a method's authors into a model folder that Thoughtlens runs (docs/CHECKPOINTS.md).

    python -m training.import_checkpoint coconut --checkpoint checkpoint_40 --base openai-community/gpt2 --out models/coconut-gpt2
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from transformers.utils import logging

from .checkpoints.coconut import STEPS, import_coconut
from .checkpoints.fault import ImportFault
from .checkpoints.gists import import_anllm, import_lightthinker
from .checkpoints.inftythink import import_inftythink
from .checkpoints.softcot import TOKENS, import_softcot


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m training.import_checkpoint", description=__doc__.splitlines()[0])
    methods = top.add_subparsers(dest="method", required=True)

    def method(name: str, run, text: str) -> argparse.ArgumentParser:
        each = methods.add_parser(name, help=text, description=text)
        each.set_defaults(run=run)
        each.add_argument("--out", required=True, help="the folder to be written; it must not exist yet")
        each.add_argument("--name", help="what people are shown as the model's name")
        return each

    coconut = method("coconut", import_coconut, "A state dict of facebookresearch/coconut.")
    coconut.add_argument("--checkpoint", required=True, help="checkpoint_N, or the same as safetensors")
    coconut.add_argument("--base", required=True, help="the hub model that training began with, as openai-community/gpt2, or its folder")
    coconut.add_argument("--steps", type=int, default=STEPS, help=f"latent thoughts: stages times latents a stage (default {STEPS})")

    softcot = method("softcot", import_softcot, "A projection.bin of xuyige/SoftCoT with its two hub models.")
    softcot.add_argument("--projection", required=True, help="the state dict of the linear layer: weight and bias")
    softcot.add_argument("--base", required=True, help="the hub model that answers, or its folder")
    softcot.add_argument("--assistant", required=True, help="the hub model that writes soft tokens, or its folder")
    softcot.add_argument("--tokens", type=int, default=TOKENS, help=f"soft tokens (default {TOKENS}, as the authors evaluate)")
    softcot.add_argument("--prompt", type=text_of, help="a file: what the assistant is told, with {question}, a line ---, and how it begins, with {soft}")
    softcot.add_argument("--base-prompt", type=text_of, help="a file: what the user says to the base, with {question} and, behind it, {soft}")
    softcot.add_argument("--placeholder", help="the base's token that soft tokens stand in place of; by default the authors' of the family")
    softcot.add_argument("--assistant-placeholder", help="the assistant's; by default the authors' of the family")

    for name, run, text in (("lightthinker", import_lightthinker, "A LightThinker hub model."), ("anllm", import_anllm, "An AnLLM hub model as LightThinker's authors train it.")):
        gists = method(name, run, text)
        gists.add_argument("--model", required=True, help="the hub model, or its folder")
        gists.add_argument("--tokenizer", help="a hub model or folder with the tokenizer, where the model has none of its own")
        gists.add_argument("--gists", type=int, help="how many gist tokens to add where the tokenizer has none of training's tokens")
        gists.add_argument("--instruction", type=text_of, help="a file with the system turn that the model was trained under")

    infty = method("inftythink", import_inftythink, "A hub model that was trained to think in rounds.")
    infty.add_argument("--model", required=True, help="the hub model, or its folder")
    return top


# The most characters that the reader of thoughtlens.json takes (docs/CHECKPOINTS.md).
LONGEST = {"name": 200, "prompt": 20000, "instruction": 20000}


def text_of(file: str) -> str:
    try:
        return Path(file).read_text("utf8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFault(f"{file} cannot be read as text.", "Name a file in UTF-8 that is there.") from error


def check_lengths(asked: dict[str, object]) -> None:
    for option, most in LONGEST.items():
        text = asked.get(option)
        if isinstance(text, str) and len(text) > most:
            raise ImportFault(f"--{option} has {len(text)} characters, and the engine reads {most}.", "Give a shorter text.")
        if option == "name" and text == "":
            raise ImportFault("--name is empty.", "Give the model a name, or leave --name out.")


def main(arguments: list[str] | None = None) -> int:
    # What goes wrong is said in one sentence, and not among bars and hints.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        asked = vars(parser().parse_args(arguments))
        run, out = asked.pop("run"), asked["out"]
        del asked["method"]
        check_lengths(asked)
        run(**asked)
    except ImportFault as fault:
        print(f"Not imported: {fault}", file=sys.stderr)
        return 1
    print(f"Written to {out}. Choose it as a model folder, or name it with --model {out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
