"""The folder that an import writes: a hub model with its graph, and `thoughtlens.json` (docs/CHECKPOINTS.md)."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from .fault import ImportFault
from .graph import export_decoder


@contextmanager
def new_folder(out: str) -> Iterator[Path]:
    """A folder that takes its place when everything in it is written, so that an import that fails leaves nothing behind."""
    target = Path(out).resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ImportFault(f"{out} exists already.", "Name a folder that does not exist yet.")
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield work
        work.chmod(0o755)
        if target.exists():
            target.rmdir()
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf8")


def write_folder(folder: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, name: str, methods: dict[str, dict]) -> None:
    """@param methods the settings of each method that the model was trained for, by the strategy's id"""
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_json(folder / "thoughtlens.json", {"v": 1, "name": name, "methods": methods})
    export_decoder(model, folder)
