/** What a branch is by its kind, on whatever model goes on; and places where none can begin. */
import assert from "node:assert/strict";
import path from "node:path";
import { importTraces } from "../../../src/core/formats/importTraces";
import { textBefore } from "../../../src/core/measure/branchText";
import { purposes } from "../../../src/core/measure/metrics";
import type { BranchRequest } from "../../../src/core/protocol/engineApi";
import { ActionableError } from "../../../src/core/protocol/rpc";
import { fold } from "../../../src/core/trace/fold";
import { traceEvent, type TraceEvent } from "../../../src/core/trace/trace";
import { readTrace, serializeEvent } from "../../../src/core/trace/traceFile";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { ServerBench } from "./serverBench";
import { recordBranch, recordRun, standing, type Recorded } from "./branchedRuns";

let pocket: LanguageModel;
let tiny: LanguageModel;
let parent: Recorded;
/** Before the second step of its thinking. */
let second: number;

const textOf = ({ trace }: Recorded, from = 0): string =>
  trace.positions
    .slice(from)
    .map(({ text }) => text)
    .join("");

before(async function () {
  this.timeout(60_000);
  pocket = await loadOnnxModel(path.resolve("models/pocket/base"), { threads: 1 });
  tiny = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
  parent = await recordRun(pocket, "chain-of-thought", { options: { maxTokens: 320 } });
  second = parent.trace.spans.filter(({ kind }) => kind === "step")[1]!.from;
});

const branch = (request: Partial<BranchRequest> & Pick<BranchRequest, "kind">, of: Recorded = parent) =>
  recordBranch(pocket, of.events, { at: second, ...request });

describe("a branch", () => {
  it("keeps what stands before its place without deciding it again, and says where it left its parent", async () => {
    const { trace, events } = await branch({ kind: "continue" });
    for (const event of events) traceEvent.parse(event);
    assert.deepEqual(trace.header!.branch, { run: "parent", at: second, why: "continue" });
    assert.equal(trace.fork, second);
    const rest = parent.trace.positions.length - second;
    assert.equal(trace.end!.work!.generated, rest, "only the rest was chosen");
    assert.ok(trace.positions.slice(0, second).every(({ ms, logprob }) => ms === 0 && logprob === undefined));
    assert.ok(trace.positions.slice(second).every(({ logprob }) => logprob !== undefined));
    const { billed } = trace.end!;
    assert.equal(billed!.output, rest);
    assert.equal(textOf({ trace, events }, 0).slice(0, 8), textOf(parent).slice(0, 8));
  });

  it("reads the same from its file, in which nothing asks for its parent", async () => {
    const { trace, events } = await branch({ kind: "continue" });
    const { events: read, problems } = readTrace(events.map(serializeEvent).join("\n"));
    assert.deepEqual([problems, fold(read).fork, fold(read).header!.branch], [[], second, trace.header!.branch]);
    const imported = importTraces({ name: "b.thoughts.jsonl", text: events.map(serializeEvent).join("\n") });
    assert.deepEqual(fold(imported.traces[0]!).header!.branch, trace.header!.branch);
  });

  it("answers where thinking is stopped", async () => {
    const { trace, events } = await branch({ kind: "answer" });
    assert.deepEqual([trace.exit!.why, trace.exit!.at], ["stopped", second]);
    assert.equal(
      textOf({ trace, events }).slice(0, textBefore(parent.trace, second).length),
      textBefore(parent.trace, second),
    );
    assert.notEqual(trace.end!.answer, parent.trace.end!.answer, "one step is too few");
    assert.ok(trace.end!.tokens!.thinking! < parent.trace.end!.tokens!.thinking!);
  });

  it("answers behind a text that stands in the thought's place", async () => {
    const text = `${textBefore(parent.trace, second)}Dots: ... ...`;
    const { trace, events } = await branch({ kind: "answer", text });
    assert.equal(trace.exit!.why, "stopped");
    assert.ok(textOf({ trace, events }).startsWith(text));
    assert.equal(trace.header!.branch!.change!.is.trim(), "Dots: ... ...");
    assert.ok(trace.end!.answer !== undefined);
    const { length } = trace.positions;
    assert.ok(length - trace.exit!.at < 20, "nothing is thought behind it");
  });

  it("goes on from an edited thought, which stands as given", async () => {
    const was = textBefore(parent.trace, second);
    const text = was.replace(/\d+/, "85");
    const { trace, events } = await branch({ kind: "continue", text });
    assert.deepEqual([trace.header!.branch!.why, trace.header!.branch!.change!.is.includes("85")], ["edit", true]);
    assert.ok(textOf({ trace, events }).startsWith(text));
    const given = trace.positions.slice(trace.fork).filter(({ kind }) => kind === "forced");
    assert.ok(
      given
        .map((each) => each.text)
        .join("")
        .includes("85"),
    );
    assert.deepEqual(
      trace.notes.filter(({ message }) => message.includes("closes thinking")),
      [],
    );
  });

  it("goes on with the answer where the edit closes thinking, and says so", async () => {
    const text = `${textBefore(parent.trace, second)}\n</think>\n\n`;
    const { trace } = await branch({ kind: "continue", text });
    assert.ok(
      trace.notes.some(({ message }) => message === "The edited text closes thinking: what follows is the answer."),
    );
    assert.equal(purposes(trace).at(-1), "answer");
  });

  it("is sampled by its seed alone", async () => {
    const sample = (seed: number) => branch({ kind: "sample", seed, options: { temperature: 1.5, maxTokens: 60 } });
    const [first, again, other] = [await sample(1), await sample(1), await sample(2)];
    assert.deepEqual(standing(first), standing(again));
    assert.notDeepEqual(standing(first), standing(other));
    const plain = await branch({ kind: "sample", sample: { n: 2, of: 3 } });
    assert.deepEqual(
      [plain.trace.header!.options["temperature"], plain.trace.header!.seed, plain.trace.header!.branch!.sample],
      [0.6, 2, { n: 2, of: 3 }],
    );
  });

  it("goes on behind another token", async () => {
    const { trace, events } = await branch({ kind: "token", token: " 5" });
    assert.deepEqual(trace.header!.branch!.change, { was: parent.trace.positions[second]!.text, is: " 5" });
    assert.ok(textOf({ trace, events }).startsWith(`${textBefore(parent.trace, second)} 5`));
  });

  it("may begin inside a branch whose own parent is gone", async () => {
    const first = await branch({ kind: "continue" });
    const { trace } = await recordBranch(pocket, first.events, { id: "third", at: second + 2, kind: "continue" });
    assert.deepEqual(trace.header!.branch, { run: "branch", at: second + 2, why: "continue", root: "parent" });
    assert.deepEqual(
      trace.positions.map(({ id }) => id),
      parent.trace.positions.map(({ id }) => id),
    );
  });

  it("may begin in a run that is still going on", async () => {
    const begun = parent.events.slice(
      0,
      parent.events.findIndex(({ t }) => t === "end"),
    );
    const { trace } = await recordBranch(pocket, begun, { at: second, kind: "continue" });
    assert.equal(trace.end!.answer, parent.trace.end!.answer);
  });

  it("of another model's run has its text, in tokens of its own, and says whose it was", async () => {
    const { trace, events } = await recordBranch(tiny, parent.events, {
      at: second,
      kind: "continue",
      options: { maxTokens: 90 },
    });
    const { header, notes } = trace;
    assert.deepEqual([header!.model.id, header!.strategy], ["tiny", "chain-of-thought"]);
    assert.ok(notes.some(({ message }) => message.includes(`${parent.trace.header!.model.id} wrote the text`)));
    assert.ok(textOf({ trace, events }).startsWith(textBefore(parent.trace, second)));
    assert.notEqual(trace.fork, second);
    const next = await recordBranch(tiny, events, { at: trace.fork! + 3, kind: "continue" });
    assert.deepEqual(standing(next), standing({ trace, events }), "and goes on as a run of that model");
  });

  it("of a trace from elsewhere thinks on in the marks of the model that goes on", async () => {
    const text =
      "<|im_start|>user\nHow many are 12 - 3?<|im_end|>\n<|im_start|>assistant\n<think>\nFirst 12.\nThen 9.\n</think>\n\nIt is 9.";
    const events = importTraces({ name: "", text }).traces[0]!;
    const { trace: foreign } = { trace: fold(events) };
    const at = foreign.positions.findIndex(({ text: word }) => word.includes("Then"));
    const { trace, events: written } = await recordBranch(pocket, events, {
      ...{ at, kind: "continue", options: { maxTokens: 60 } },
    });
    assert.ok(/^<think>\s*First 12\.\s*/.test(textOf({ trace, events: written })), textOf({ trace, events: written }));
    assert.deepEqual(trace.header!.messages, foreign.header!.messages);
    assert.equal(trace.header!.branch!.run, foreign.header!.id);
  });
});

/** Events of a run of the pocket model with these tokens, spans and events besides. */
function made(
  texts: readonly string[],
  more: TraceEvent[],
  kinds: Record<number, "gist" | "latent"> = {},
): TraceEvent[] {
  const header = parent.trace.header!;
  const tokens = texts.map((text, at): TraceEvent => ({
    ...{ t: "tokens", at, kind: kinds[at] ?? "text", text: [text], ids: [5] },
  }));
  return [header, ...tokens, ...more];
}

describe("places where no run can begin", () => {
  const CASES: [why: string, events: () => TraceEvent[], request: Pick<BranchRequest, "at" | "kind">, said: RegExp][] =
    [
      [
        "behind the end",
        () => parent.events,
        { at: 9999, kind: "continue" },
        /has \d+ tokens, and there is no place 9999/,
      ],
      ["no whole number", () => parent.events, { at: 1.5, kind: "continue" }, /no place 1\.5/],
      [
        "inside a mark of several tokens",
        () => made(["<think>", "So", "</", "think", ">", "9"], []),
        { at: 3, kind: "continue" },
        /inside <\/think>, which marks thinking/,
      ],
      ["inside a character", () => made(["a", "", "🍎"], []), { at: 2, kind: "continue" }, /inside a character/],
      [
        "inside a trial answer",
        () => made(["So", "\\boxed{", "9", "}", "Wait"], [{ t: "span", kind: "trial", from: 1, to: 4 }]),
        { at: 2, kind: "continue" },
        /inside a trial answer/,
      ],
      [
        "inside a block of gist tokens",
        () => made(["So", "<w>", "<c1>", "<o>"], [], { 2: "gist", 3: "gist" }),
        { at: 3, kind: "continue" },
        /block of gist tokens/,
      ],
      [
        "in a latent",
        () => made(["<bot>", "", "", "9"], [], { 1: "latent", 2: "latent" }),
        { at: 2, kind: "continue" },
        /latent steps/,
      ],
      ["in the answer, to stop thinking", () => parent.events, { at: -1, kind: "answer" }, /Thinking is over/],
      ["behind the end, for another token", () => parent.events, { at: -2, kind: "token" }, /No token stands behind/],
    ];
  for (const [why, events, request, said] of CASES)
    it(why, async () => {
      const { length } = parent.trace.positions;
      const at = request.at === -1 ? length - 1 : request.at === -2 ? length : request.at;
      await assert.rejects(recordBranch(pocket, events(), { token: "x", ...request, at }), (error) => {
        assert.ok(error instanceof ActionableError && said.test(error.message), String(error));
        assert.ok(error.action);
        return true;
      });
    });

  it("latents before the place, for another model", async () => {
    const events = made(["<bot>", "", "<eot>", "It", " is"], [], { 1: "latent" });
    await assert.rejects(
      recordBranch(tiny, events, { at: 4, kind: "continue" }),
      /hidden states, which no other model/,
    );
  });

  it("a scored trace, one without a header, one without its prompt", async () => {
    const [header, ...rest] = parent.events as [Extract<TraceEvent, { t: "run" }>, ...TraceEvent[]];
    const at = second;
    const scored = { run: "x", strategy: "deer", model: "m" };
    await assert.rejects(
      recordBranch(pocket, [{ ...header, scored }, ...rest], { at, kind: "continue" }),
      /scored one/,
    );
    await assert.rejects(recordBranch(pocket, rest, { at, kind: "continue" }), /no header/);
    await assert.rejects(
      recordBranch(pocket, [{ ...header, messages: [] }, ...rest], { at, kind: "continue" }),
      /what was asked/,
    );
  });

  it("a run out of tokens goes on once it is given more", async () => {
    const short = await recordRun(pocket, "chain-of-thought", { options: { maxTokens: 12 } });
    const at = short.trace.positions.length;
    await assert.rejects(recordBranch(pocket, short.events, { at, kind: "continue" }), /budget are used up/);
    const more = await recordBranch(pocket, short.events, { at, kind: "continue", options: { maxTokens: 320 } });
    assert.deepEqual(standing(more), standing(parent));
    const text = `${textBefore(short.trace, 6)} and so on and on and on and on and on`;
    await assert.rejects(recordBranch(pocket, short.events, { at: 6, kind: "continue", text }), /budget are used up/);
  });
});

describe("a branch on a server", () => {
  let bench: ServerBench;
  before(async () => {
    bench = await ServerBench.open();
  });
  after(() => bench.model.dispose());
  beforeEach(() => bench.reset());
  afterEach(() => bench.server.close());

  const words = { options: { maxTokens: 24 } };

  it("goes on as the server's own run did, and sends what is kept once", async () => {
    const server = await bench.connect("llama.cpp");
    const run = await recordRun(server, "chain-of-thought", words);
    const { trace, events } = await recordBranch(server, run.events, { at: 8, kind: "continue" });
    assert.equal(textOf({ trace, events }), textOf(run));
    assert.equal(trace.fork, 8);
    const { body } = bench.server.requests.at(-1)!;
    const sent = JSON.stringify(body.prompt ?? body.messages);
    const kept = JSON.stringify(textBefore(run.trace, 8)).slice(1, -1);
    assert.equal(sent.split(kept).length, 2, "what is kept stands in it once");
  });

  it("is refused where the server does not go on from a beginning", async () => {
    const server = await bench.connect("openai", "chat");
    const run = await recordRun(server, "chain-of-thought", words);
    await assert.rejects(
      recordBranch(server, run.events, { at: 4, kind: "continue" }),
      /cannot go on from a given beginning/,
    );
  });
});
