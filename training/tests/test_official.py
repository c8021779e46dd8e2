"""The importers, on checkpoints that are saved as the authors save theirs, and on what people give them by mistake."""

import json
import pickle
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer

from training.import_checkpoint import main
from training.tests.official import make
from training.tests.official.golden import hidden_of


@pytest.mark.parametrize("method", make.METHODS)
def test_the_committed_fixture_is_what_the_script_makes(method, tmp_path):
    made, kept = tmp_path / method, make.FIXTURES / method
    make.make(method, made)
    new, old = (json.loads((folder / "golden.json").read_text("utf8")) for folder in (made, kept))
    assert {**new, "hidden": ""} == {**old, "hidden": ""}
    assert np.abs(hidden_of(new) - hidden_of(old)).max() < 1e-5
    for file in ("config.json", "thoughtlens.json", "tokenizer.json"):
        assert json.loads((made / file).read_text("utf8")) == json.loads((kept / file).read_text("utf8")), file


def test_all_fixtures_together_are_small():
    assert sum(file.stat().st_size for file in make.FIXTURES.rglob("*") if file.is_file()) < 1_300_000


class Evil:
    def __reduce__(self):
        return (open, ("ran", "w"))


@pytest.fixture(scope="module")
def coconut(tmp_path_factory):
    scratch = tmp_path_factory.mktemp("coconut")
    checkpoint, base, _ = make.coconut_checkpoint(scratch)
    return checkpoint, base


def changed(checkpoint, change):
    state = torch.load(checkpoint, weights_only=True)
    return change(dict(state))


WTE = "base_causallm.transformer.wte.weight"
COCONUT_FAULTS = {
    "code": (lambda state: Evil(), "can run code"),
    "a list": (lambda state: [torch.zeros(2)], "something else than a state dict"),
    "nothing": (lambda state: {}, "something else than a state dict"),
    "the base alone": (lambda state: {k.removeprefix("base_causallm."): v for k, v in state.items()}, "no checkpoint of Coconut"),
    "a key too few": (lambda state: {k: v for k, v in state.items() if k != "base_causallm.transformer.ln_f.bias"}, "lacks transformer.ln_f.bias"),
    "a key too many": (lambda state: state | {"base_causallm.transformer.h.7.ln_1.bias": torch.zeros(32)}, "has besides transformer.h.7.ln_1.bias"),
    "another model beside it": (lambda state: state | {"optimizer.step": torch.zeros(1)}, "optimizer.step"),
    "no tokens added": (lambda state: state | {WTE: state[WTE][:-3], "embedding.weight": state[WTE][:-3]}, "with the three that Coconut adds"),
    "other shapes": (lambda state: state | {"base_causallm.transformer.ln_f.bias": torch.zeros(48)}, "48 where the base has 32"),
    "another embedding": (lambda state: state | {"embedding.weight": state[WTE] + 1}, "not the embedding"),
    "quantised weights": (lambda state: state | {WTE: state[WTE].to(torch.int8)}, "torch.int8"),
}


@pytest.mark.parametrize("what", COCONUT_FAULTS)
def test_coconut_refuses(what, coconut, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    checkpoint, base = coconut
    change, sentence = COCONUT_FAULTS[what]
    torch.save(changed(checkpoint, change), tmp_path / "given")
    refused(capsys, tmp_path, sentence, "coconut", "--checkpoint", str(tmp_path / "given"), "--base", str(base))
    assert not (tmp_path / "ran").exists()


def refused(capsys, tmp_path, sentence, *arguments):
    """One sentence, one action, exit code 1, and nothing left behind."""
    before = set(tmp_path.iterdir())
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert sentence in said and said.startswith("Not imported: ") and said.count("\n") == 1
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"version https://git-lfs.github.com/spec/v1\n", pickle.dumps({"a": 1})])
def test_files_that_are_none(content, coconut, tmp_path, capsys):
    (tmp_path / "given").write_bytes(content)
    refused(capsys, tmp_path, str(tmp_path / "given"), "coconut", "--checkpoint", str(tmp_path / "given"), "--base", str(coconut[1]))


def test_files_that_are_not_there(coconut, tmp_path, capsys):
    refused(capsys, tmp_path, "There is no file", "coconut", "--checkpoint", str(tmp_path / "none"), "--base", str(coconut[1]))
    refused(capsys, tmp_path, "cannot be loaded", "coconut", "--checkpoint", str(coconut[0]), "--base", str(tmp_path / "none"))


def test_a_number_of_thoughts_that_cannot_be(coconut, tmp_path, capsys):
    refused(capsys, tmp_path, "--steps from 0 to 64", "coconut", "--checkpoint", str(coconut[0]), "--base", str(coconut[1]), "--steps", "65")


def test_a_folder_that_is_there_is_left_alone(coconut, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("kept")
    refused(capsys, tmp_path, "exists already", "coconut", "--checkpoint", str(coconut[0]), "--base", str(coconut[1]))
    assert (tmp_path / "out" / "mine").read_text() == "kept"


def test_safetensors_and_distributed_names(coconut, tmp_path):
    checkpoint, base = coconut
    state = changed(checkpoint, lambda state: {f"module.{k}": v.clone() for k, v in state.items()})
    save_file(state, tmp_path / "given.safetensors")
    assert main(["coconut", "--checkpoint", str(tmp_path / "given.safetensors"), "--base", str(base), "--out", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out/thoughtlens.json").read_text())["methods"]["coconut"]["steps"] == 6


@pytest.fixture(scope="module")
def softcot(tmp_path_factory):
    scratch = tmp_path_factory.mktemp("softcot")
    make.softcot_parts(scratch)
    return scratch


def softcot_arguments(scratch, **changed):
    parts = {"projection": scratch / "projection.bin", "base": scratch / "base", "assistant": scratch / "assistant", **changed}
    return ["softcot", *(str(word) for name, value in parts.items() for word in (f"--{name}", value))]


PROJECTION_FAULTS = {
    "another width of the base": (lambda state: {"weight": torch.zeros(40, 24), "bias": torch.zeros(40)}, "gives vectors of width 40"),
    "another width of the assistant": (lambda state: {"weight": torch.zeros(32, 20), "bias": torch.zeros(32)}, "takes vectors of width 20"),
    "no bias": (lambda state: {"weight": state["weight"]}, "a projection holds weight and bias"),
    "a bias of another length": (lambda state: state | {"bias": torch.zeros(31)}, "are no linear layer"),
    "SoftCoT++": (lambda state: state | {"embedding": torch.zeros(3, 24)}, "SoftCoT++"),
    "a whole module": (lambda state: torch.nn.Linear(24, 32), "can run code"),
}


@pytest.mark.parametrize("what", PROJECTION_FAULTS)
def test_softcot_refuses(what, softcot, tmp_path, capsys):
    change, sentence = PROJECTION_FAULTS[what]
    torch.save(changed(softcot / "projection.bin", change), tmp_path / "projection.bin")
    refused(capsys, tmp_path, sentence, *softcot_arguments(softcot, projection=tmp_path / "projection.bin"))


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--tokens", "0", "--tokens from 1 to 64"),
        ("--placeholder", "<nothing>", "has no token <nothing>"),
        ("--assistant-placeholder", "<nothing>", "has no token <nothing>"),
        ("--prompt", "{question} only", "{soft} once behind it"),
        ("--prompt", "{question}{soft}" + " " * 9 + "x" * 20000, "and the engine reads 20000"),
        ("--base-prompt", "Solve it.\n\n{soft}{question}", "does not have {question} once and {soft} once behind it"),
        ("--base-prompt", "{question}{soft}" + "x" * 2000, "has 2028 characters, and the engine reads 2000"),
        ("--name", "x" * 201, "--name has 201 characters, and the engine reads 200"),
        ("--name", "", "--name is empty"),
        ("--prompt", "{question} {soft}\n---\n{soft}", "{soft} once behind it"),
    ],
)
def test_softcot_refuses_settings(option, value, sentence, softcot, tmp_path, capsys):
    if option in ("--prompt", "--base-prompt"):
        (tmp_path / "prompt.txt").write_text(value)
        value = str(tmp_path / "prompt.txt")
    refused(capsys, tmp_path, sentence, *softcot_arguments(softcot), option, value)


def test_softcot_refuses_a_prompt_that_is_no_text(softcot, tmp_path, capsys):
    (tmp_path / "prompt.txt").write_bytes(b"\xff\xfe{soft}")
    refused(capsys, tmp_path, "cannot be read as text. Name a file", *softcot_arguments(softcot), "--prompt", str(tmp_path / "prompt.txt"))


def test_the_vocabulary_has_to_fit_the_weights(softcot, tmp_path, capsys):
    shutil.copytree(softcot / "base", tmp_path / "base")
    from_file = json.loads((tmp_path / "base/tokenizer.json").read_text("utf8"))
    from_file["added_tokens"].append(from_file["added_tokens"][-1] | {"id": 400, "content": "<|more|>"})
    (tmp_path / "base/tokenizer.json").write_text(json.dumps(from_file), "utf8")
    refused(capsys, tmp_path, "embeds 287 tokens", *softcot_arguments(softcot, base=tmp_path / "base"))


@pytest.fixture(scope="module")
def gists(tmp_path_factory):
    """A hub model with the tokens of training; one that has none of them though its embedding has rows for two gists; and one without a tokenizer."""
    scratch = tmp_path_factory.mktemp("gists")
    make.gist_model(scratch / "nine", "qwen", 9, 1)
    tokenizer = make.tiny_tokenizer("qwen", 12)
    rows = len(tokenizer) + 10
    make.hub_model("qwen", 12, scratch / "none", 1, vocab_size=rows)
    make.hub_model("qwen", 12, scratch / "bare", 1, vocab_size=rows)
    other = make.tiny_tokenizer("llama", 12)
    other.add_tokens(["<AC>"], special_tokens=True)
    make.hub_model("llama", 12, scratch / "other", 1, other)
    for file in (scratch / "bare").glob("token*"):
        file.unlink()
    (scratch / "bare/chat_template.jinja").unlink(missing_ok=True)
    tokenizer.add_tokens(["<|splitter|>"], special_tokens=True)
    make.hub_model("qwen", 12, scratch / "some", 1, tokenizer)
    return scratch


@pytest.mark.parametrize(
    ("method", "model", "more", "sentence"),
    [
        ("lightthinker", "none", [], "has no <|splitter|>"),
        ("lightthinker", "some", ["--gists", "9"], "only some of"),
        ("lightthinker", "nine", ["--gists", "7"], "has 9 gist tokens, not 7"),
        ("lightthinker", "none", ["--gists", "0"], "--gists from 1 to 64"),
        ("lightthinker", "none", ["--gists", "60"], "embeds 283 tokens"),
        ("lightthinker", "none", ["--gists", "7"], "embeds 283 tokens; its tokenizer has 273, and 288"),
        ("anllm", "none", ["--gists", "1"], "embeds 283 tokens; its tokenizer has 273, and 282"),
        ("lightthinker", "bare", ["--gists", "9"], "bare holds no tokenizer"),
        ("inftythink", "bare", [], "bare holds no tokenizer"),
        ("anllm", "nine", [], "AnLLM has one"),
        ("anllm", "other", ["--gists", "1"], "has the anchor <AC> of AnLLM's own training"),
        ("lightthinker", "absent", [], "cannot be loaded"),
        ("inftythink", "absent", [], "cannot be loaded"),
    ],
)
def test_extended_vocabularies_refuse(method, model, more, sentence, gists, tmp_path, capsys):
    refused(capsys, tmp_path, sentence, method, "--model", str(gists / model), *more)


def test_the_tokens_of_training_are_added_in_its_order(gists, tmp_path):
    assert main(["lightthinker", "--model", str(gists / "none"), "--gists", "2", "--out", str(tmp_path / "out")]) == 0
    kept = {each["content"]: each["id"] for each in json.loads((tmp_path / "out/tokenizer.json").read_text("utf8"))["added_tokens"]}
    added = ["<|splitter|>", "<|continue|>", "<|recover|>", "<|begin_of_thought|>", "<|end_of_thought|>", "<|begin_of_solution|>", "<|end_of_solution|>", "\n\n", "<|o_0|>", "<|o_1|>"]
    assert [kept[token] for token in added] == list(range(kept["<|splitter|>"], kept["<|splitter|>"] + 10))
    assert json.loads((tmp_path / "out/thoughtlens.json").read_text())["methods"]["lightthinker"]["gists"] == ["<|o_0|>", "<|o_1|>"]


def test_conversations_are_written_as_in_training(tmp_path):
    """A template of the hub's adds a date and a system turn of its own."""
    make.gist_model(tmp_path / "model", "llama", 7, 1)
    template = make.tiny_tokenizer("llama", 12).chat_template
    for file in (tmp_path / "model").glob("*"):
        if file.name in ("chat_template.jinja", "tokenizer_config.json") and "date" not in file.read_text("utf8"):
            file.write_text(file.read_text("utf8").replace("{% for m in messages %}", "Today Date: 1 Jan 2026{% for m in messages %}"), "utf8")
    assert main(["lightthinker", "--model", str(tmp_path / "model"), "--out", str(tmp_path / "out")]) == 0
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    turns = [{"role": "system", "content": " Think."}, {"role": "user", "content": "2?\n"}]
    written = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    plain = make.tiny_tokenizer("llama", 12)
    assert template is not None and written == plain.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)


def test_the_base_is_told_what_it_was_trained_with(softcot, tmp_path):
    (tmp_path / "base.txt").write_text("Solve it.\nProblem: {question}\n\nHints: {soft}\nNow answer.")
    assert main([*softcot_arguments(softcot), "--base-prompt", str(tmp_path / "base.txt"), "--out", str(tmp_path / "out")]) == 0
    settings = json.loads((tmp_path / "out/thoughtlens.json").read_text())["methods"]["softcot"]
    assert [settings[part] for part in ("lead", "before", "after")] == [
        "Solve it.\nProblem: ", "\n\nHints: <|reserved_special_token_0|>", "<|reserved_special_token_1|>\nNow answer.",
    ]
    assert "Solve it" not in settings["assistantPrompt"]


def test_coconut_is_written_in_the_precision_of_its_training(coconut, tmp_path):
    checkpoint, base = coconut
    shutil.copytree(base, tmp_path / "base")
    config = json.loads((tmp_path / "base/config.json").read_text("utf8"))
    (tmp_path / "base/config.json").write_text(json.dumps(config | {"dtype": "bfloat16", "torch_dtype": "bfloat16"}), "utf8")
    arguments = ["coconut", "--checkpoint", str(checkpoint)]
    for name, folder in (("plain", base), ("rounded", tmp_path / "base")):
        assert main([*arguments, "--base", str(folder), "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "plain/onnx/model.onnx").read_bytes() == (tmp_path / "rounded/onnx/model.onnx").read_bytes()
