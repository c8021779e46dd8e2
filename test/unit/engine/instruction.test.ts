/** The instruction and the sampling of a run: what the model really reads, what the trace says of it, what is refused. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { promptAsRead } from "../../../src/engine/scoring/promptAsRead";

const TINY = path.resolve("test/fixtures/models/tiny");
const BOXED = "Please reason step by step, and put your final answer within \\boxed{}.";

let folder: string;
let plain: LanguageModel;
let family: LanguageModel;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-family-"));
  plain = await loadOnnxModel(TINY, { threads: 1 });
  family = await asFamily("qwen3", { do_sample: true, temperature: 0.5, top_p: 0.9 });
});
after(async () => {
  await family.dispose();
  await plain.dispose();
  await rm(folder, { recursive: true });
});

/** The tiny model with files that say it is of a family. */
async function asFamily(type: string, generation: object): Promise<LanguageModel> {
  const copy = path.join(folder, type);
  await cp(TINY, copy, { recursive: true });
  const config = JSON.parse(await readFile(path.join(copy, "config.json"), "utf8")) as object;
  await writeFile(path.join(copy, "config.json"), JSON.stringify({ ...config, model_type: type }));
  await writeFile(path.join(copy, "generation_config.json"), JSON.stringify(generation));
  return loadOnnxModel(copy, { threads: 1 });
}

async function traced(backend: LanguageModel, strategy: string, options: Record<string, unknown>): Promise<Trace> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend,
    request: {
      id: "run",
      model: { kind: "folder", path: "tiny" },
      strategy,
      messages: [{ role: "user", content: "How many are 2 and 3?" }],
      options: { maxTokens: 12, ...options },
    },
    route: () => Promise.resolve({ by: "test", scores: [["expert_lexicons", 1]] }),
    emit: (batch) => events.push(...batch),
    signal: new AbortController().signal,
  });
  return fold(events);
}

describe("the instruction of a run", function () {
  this.timeout(60_000);
  const STRATEGIES = ["chain-of-thought", "no-thinking", "chain-of-draft", "sketch-of-thought", "deer", "inftythink"];
  const WORDS: Record<string, unknown>[] = [
    {},
    { instruction: "none" },
    { instruction: "model" },
    { instruction: "Think aloud, please." },
    { instruction: "Think aloud, please.", instructionIn: "user" },
  ];
  for (const strategy of STRATEGIES)
    for (const words of WORDS)
      it(`of ${strategy} with ${JSON.stringify(words)} is read again as it was read`, async () => {
        const trace = await traced(family, strategy, { shots: 1, roundTokens: 16, ...words });
        const read = promptAsRead(trace, false);
        const { tokenizer } = family;
        assert.equal(trace.prefills[0]?.tokens, tokenizer.encode(tokenizer.chat(read)).length);
        const said = read.map(({ content }) => content).join("\n");
        const { instruction } = trace.header!;
        if (instruction!.text !== undefined) assert.ok(said.includes(instruction!.text), said);
        assert.equal(
          said.includes("Think aloud, please."),
          typeof words["instruction"] === "string" && /aloud/.test(words["instruction"]),
        );
      });

  it("of the model's family stands where its card advises, and the trace says so", async () => {
    const { header } = await traced(family, "deer", { instruction: "model" });
    assert.deepEqual(header!.instruction, { from: "model", in: "user", text: BOXED, preset: "qwen3" });
    assert.equal(header!.preset, "qwen3");
  });

  it("is recorded with the words of the house", async () => {
    const { header } = await traced(plain, "chain-of-thought", {});
    assert.match(header!.instruction!.text!, /^Think step by step/);
    assert.equal(header!.preset, undefined);
  });

  const REFUSED: [Record<string, unknown>, string][] = [
    [{ instruction: "model" }, "preset-missing"],
    [{ sampling: "model" }, "preset-missing"],
    [{ sampling: "hot" }, "option-invalid"],
    [{ sampling: "model:gemma-2" }, "preset-missing"],
    [{ instruction: "x".repeat(20_001) }, "option-invalid"],
    [{ instruction: "non" }, "instruction-invalid"],
  ];
  for (const [options, code] of REFUSED)
    it(`is refused before the run with ${JSON.stringify(options).slice(0, 60)}`, () =>
      assert.rejects(
        traced(plain, "chain-of-thought", options),
        (error: ActionableError) => error.code === code && error.action !== undefined,
      ));
});

describe("the sampling of a run", function () {
  this.timeout(60_000);
  const sampling = async (backend: LanguageModel, options: Record<string, unknown>) => {
    const trace = await traced(backend, "chain-of-thought", options);
    const { temperature, topP, topK, minP } = trace.header!.options;
    return { figures: [temperature, topP, topK, minP], notes: trace.notes.map(({ message }) => message) };
  };
  const CASES: [what: string, family: boolean, options: Record<string, unknown>, figures: number[], note: boolean][] = [
    ["greedy, which the card advises against", true, {}, [0, 1, 0, 0], true],
    ["greedy on a model of no family", false, {}, [0, 1, 0, 0], false],
    ["the model's own file before its family's card", true, { sampling: "model" }, [0.5, 0.9, 20, 0], false],
    ["what is asked for before both", true, { sampling: "model", topK: 7 }, [0.5, 0.9, 7, 0], false],
    ["another family's, by name", false, { sampling: "model:lfm2" }, [0.3, 1, 0, 0.15], false],
  ];
  for (const [what, ofFamily, options, figures, isNoted] of CASES)
    it(what, async () => {
      const found = await sampling(ofFamily ? family : plain, options);
      assert.deepEqual(found.figures, figures);
      assert.equal(
        found.notes.some((note) => note.includes("greedy")),
        isNoted,
        found.notes.join("\n"),
      );
    });
});

describe("the conversation of a run", function () {
  this.timeout(60_000);
  const QUESTION = "How many are 2 and 3?";
  const WRITTEN: [conversation: string, prompt: string][] = [
    ["plain", `${QUESTION}\n`],
    ["turns", `User: ${QUESTION}\n\nAssistant:`],
    ["chatml", `<|im_start|>user\n${QUESTION}<|im_end|>\n<|im_start|>assistant\n`],
  ];
  for (const [conversation, prompt] of WRITTEN)
    it(`is written as ${conversation}, though the model has a template`, async () => {
      const given = { templateVariables: { enable_thinking: true }, instruction: "none" };
      const trace = await traced(plain, "chain-of-thought", { conversation, ...given });
      assert.equal(trace.prefills[0]?.tokens, plain.tokenizer.encode(prompt).length);
      assert.equal(trace.header!.options["conversation"], conversation);
      assert.deepEqual([trace.header!.think?.opening, trace.header!.think?.variables], ["model", undefined]);
      assert.ok(trace.notes.some(({ message }) => message.includes("enable_thinking: it was left out")));
    });

  it("is the template's where nothing is said, and turns where there is none", async () => {
    assert.equal((await traced(plain, "chain-of-thought", {})).header!.options["conversation"], "template");
    const bare = await withoutTemplate();
    const trace = await traced(bare, "chain-of-thought", { instruction: "none" });
    assert.equal(trace.header!.options["conversation"], "turns");
    assert.equal(trace.prefills[0]?.tokens, bare.tokenizer.encode(WRITTEN[1]![1]).length);
    await assert.rejects(traced(bare, "chain-of-thought", { conversation: "template" }), {
      code: "conversation-unsupported",
    });
    await bare.dispose();
  });

  async function withoutTemplate(): Promise<LanguageModel> {
    const copy = path.join(folder, "bare");
    await cp(TINY, copy, { recursive: true });
    await rm(path.join(copy, "chat_template.jinja"), { force: true });
    const file = path.join(copy, "tokenizer_config.json");
    const { chat_template: _, ...config } = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    await writeFile(file, JSON.stringify(config));
    return loadOnnxModel(copy, { threads: 1 });
  }
});
