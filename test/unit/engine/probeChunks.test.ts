/** A probe that is asked where the paper asks it: where a chunk of paragraphs ends because the next one turns to checking. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { probeCheckpoints } from "../../../src/engine/scoring/checkpoints";
import { collectExamples } from "../../../src/engine/training/trainOn";
import { scriptedModel } from "./scriptedModel";

const TEMPLATE =
  "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n<think>\n{% endif %}";
/** The second and the third paragraph are one chunk, and the last two have no end but the thought's. */
const CHUNKS = ["Two and three\n\n", "Wait for it\n\nSo five\n\n", "Let me verify\n\nYes"];
const THOUGHT = CHUNKS.join("");
const ANSWER = "\\boxed{5}";
const FIRST = /^(?:<\/think>|[^\S\n]?\p{L}+|[^])/u;
const route = () => Promise.reject(new Error("Nothing is routed."));
const { signal } = new AbortController();
const words = (text: string) => [...text.matchAll(/[^\S\n]?\p{L}+|\n/gu)].length;

function model(): LanguageModel {
  const scripted = scriptedModel(TEMPLATE, (_prompt, written) => {
    const closed = written.indexOf("</think>");
    const box = written.lastIndexOf("\\boxed{");
    if (box >= 0) return FIRST.exec(ANSWER.slice(written.length - box))?.[0] ?? "";
    if (closed >= 0) return FIRST.exec(ANSWER.slice(written.slice(closed + "</think>".length).trimStart().length))![0];
    return FIRST.exec(`${THOUGHT}</think>`.slice(written.length))?.[0] ?? "";
  });
  Object.assign(scripted.facts, { sha256: "of the script" });
  return scripted;
}

/** A state holds the number of rows it was read at, and the logit is a hundredth of it and `shift`. */
const probe = (shift: number) => ({
  ...{ v: 1, kind: "hidden-state-probe", model: { id: "scripted", sha256: "of the script", hiddenSize: 4 } },
  ...{ checkAt: "chunk", calibration: { scale: 0.01, shift }, threshold: 0.95, patience: 2 },
  layers: [{ weight: [[1, 0, 0, 0]], bias: [0] }],
  exits: [
    { patience: 1, threshold: 0.5 },
    { patience: 2, threshold: 0.95 },
  ],
  figures: { auc: 1, ece: 0, brier: 0, accuracy: 1, questions: 1, states: 1 },
  trained: { data: "none", questions: 1, states: 1, seed: 0 },
});

describe("a probe that is asked at the ends of chunks", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-chunks-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function traced(shift: number, options: Record<string, unknown>): Promise<Trace> {
    const file = path.join(folder, "probe.json");
    await writeFile(file, JSON.stringify(probe(shift)));
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model(),
      request: {
        ...{ id: "run", model: { kind: "folder", path: "scripted" }, strategy: "probe", gold: "5" },
        messages: [{ role: "user", content: "How many are 2 and 3?" }],
        options: { maxTokens: 200, file, ...options },
      },
      route,
      emit: (batch) => events.push(...batch),
      signal,
    });
    return fold(events);
  }
  const textBefore = ({ positions }: Trace, at: number) =>
    positions
      .slice(0, at)
      .map(({ text }) => text)
      .join("");

  it("is asked as soon as a paragraph turns to checking, about the state at the end of the one before", async () => {
    const trace = await traced(-5, {});
    const { checks } = trace;
    assert.deepEqual(
      checks.map(({ at }) => textBefore(trace, at)),
      [`${CHUNKS[0]}Wait`, `${CHUNKS[0]}${CHUNKS[1]}Let me verify`],
    );
    assert.equal(trace.end?.answer, "5");
    const rows = checks.map(({ signals }) => {
      const probability = signals!["probability"]!;
      return Math.round(100 * (Math.log(probability / (1 - probability)) + 5));
    });
    assert.equal(rows[1]! - rows[0]!, words(CHUNKS[1]!));
  });

  it("stops there, by the threshold that was chosen for as many checks in a row", async () => {
    const first = await traced(5, { patience: 1 });
    assert.deepEqual([first.exit?.why, first.checks.length, first.checks[0]!.threshold], ["probe", 1, 0.5]);
    const second = await traced(5, {});
    assert.deepEqual([second.exit?.why, second.checks.length, second.checks[0]!.threshold], ["probe", 2, 0.95]);
    assert.equal((await traced(5, { settings: "paper" })).checks[0]!.threshold, 0.5);
  });

  it("is taught the same places, with the states and the answers at the ends of chunks", async () => {
    const { examples } = await collectExamples(
      model(),
      { question: "2 and 3?", answer: "5" },
      { checkAt: "chunk" },
      { signal, route },
    );
    assert.deepEqual(
      examples.map(({ right }) => right),
      [true, true],
    );
    assert.equal(examples[1]!.at - examples[0]!.at, words(CHUNKS[1]!));
    assert.equal(examples[1]!.state[0]! - examples[0]!.state[0]!, words(CHUNKS[1]!));
  });

  it("finds them in a text that is there already", () => {
    const pieces = `${THOUGHT}</think>verify`.match(/<\/think>|[^\S\n]?\p{L}+|\n/gu)!;
    let from = 0;
    const tokens = pieces.map((text) => ({ id: 1, text, from: (from += text.length) - text.length, isForced: false }));
    const text = pieces.join("");
    const places = probeCheckpoints(tokens, { thinking: [[0, THOUGHT.length]], text }, "chunk", []);
    assert.deepEqual(
      places.map((place) => pieces.slice(0, place).join("")),
      [CHUNKS[0], `${CHUNKS[0]}${CHUNKS[1]}`],
    );
  });
});
