import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import type { SpanKind } from "../../../../src/core/trace/kinds";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { blockAt, blocksOf, type Block } from "../../../../webview/shown/blocks";
import * as samples from "../../samples/sampleTraces";
import { TraceBuilder } from "../../samples/traceBuilder";

const shape = (block: Block): string =>
  `${block.section}/${block.kind}${block.step === undefined ? "" : ` ${block.step}`}`;

describe("blocks of a trace", () => {
  const cases = {
    "a chain of thought": {
      events: samples.chainOfThought(),
      expected: [...[1, 2, 3, 4, 5, 6, 7].map((n) => `thinking/step ${n}`), "answer/answer"],
    },
    drafts: {
      events: samples.chainOfDraft(),
      expected: [...[1, 2, 3, 4].map((n) => `thinking/draft ${n}`), "answer/answer"],
    },
    "thoughts with gists": {
      events: samples.lightThinker(),
      expected: [...[1, 2, 3, 4, 5].flatMap((n) => [`thinking/step ${n}`, "thinking/gist"]), "answer/answer"],
    },
    latents: { events: samples.coconut(), expected: ["thinking/latent", "answer/answer"] },
    "rounds with summaries": {
      events: samples.inftyThink(),
      expected: [
        "thinking/step 1",
        "thinking/step 2",
        "thinking/summary",
        "thinking/step 3",
        "thinking/summary",
        "thinking/step 4",
        "answer/answer",
      ],
    },
  };
  for (const [name, { events, expected }] of Object.entries(cases))
    it(`cuts ${name}`, () => assert.deepEqual(blocksOf(fold(events), false).map(shape), expected));

  it("counts a gist to the thought that its mark closes, although the mark opens the next step's span", () => {
    const text = (at: number, kind: "text" | "gist", ...words: string[]): TraceEvent => ({
      t: "tokens",
      at,
      kind,
      text: words,
    });
    const span = (kind: SpanKind, from: number, to: number): TraceEvent => ({ t: "span", kind, from, to });
    const events = [
      text(0, "text", "One.\n", "<w>"),
      text(2, "gist", "<c1>", "<o>"),
      text(4, "text", "Two.\n", "<w>"),
      text(6, "gist", "<c1>", "<o>"),
      text(8, "text", "Three."),
      ...[span("step", 0, 1), span("gist", 2, 4), span("step", 1, 5), span("gist", 6, 8), span("step", 5, 9)],
      span("thinking", 0, 9),
    ];
    const expected = ["step 1", "gist of 1", "step 2", "gist of 2", "step 3"];
    const named = (): string[] =>
      blocksOf(fold(events), false).map(({ kind, step, standsFor }) =>
        step === undefined ? `${kind} of ${standsFor?.[1]}` : `${kind} ${step}`,
      );
    assert.deepEqual(named(), expected);
    assert.equal(blocksOf(fold(events), false)[0]!.to, 2);
  });

  it("hangs marks onto the blocks in which they begin, those that were recorded and loops that nobody had looked for", () => {
    const round = ["So", " let", " me", " look", " at", " that", " again", ".\n"];
    const [header, ...rest] = samples.chainOfThought();
    const watch: TraceEvent = { t: "mark", kind: "watch", what: "unsafe", by: "rm -rf", from: 1, to: 4 };
    const recorded = blocksOf(fold([header!, ...rest, watch]), false);
    assert.deepEqual(
      recorded.map(({ marks }) => marks.map(({ what }) => what)),
      [["unsafe"], ...recorded.slice(1).map(() => [])],
    );
    const text = Array.from({ length: 5 }, () => round).flat();
    const foreign = blocksOf(fold([header!, { t: "tokens", at: 0, kind: "text", text }]), false);
    assert.deepEqual(
      foreign.flatMap(({ marks }) => marks),
      [{ t: "mark", kind: "loop", what: "tokens", from: 0, to: 40, period: 8 }],
    );
  });

  it("puts every position outside trials into exactly one block", () => {
    for (const events of [samples.chainOfThought(), samples.deer(), samples.inftyThink(), samples.long(3000)]) {
      const trace = fold(events);
      const held = new Uint8Array(trace.positions.length);
      for (const { from, to } of blocksOf(trace, false)) for (let at = from; at < to; at += 1) held[at]! += 1;
      for (const { kind, from, to } of trace.spans)
        if (kind === "trial") for (let at = from; at < to; at += 1) held[at]! += 1;
      assert.ok(held.every((times) => times === 1));
    }
  });

  it("hangs checks and the exit onto the steps they follow", () => {
    const blocks = blocksOf(fold(samples.deer()), false);
    assert.deepEqual(
      blocks.map(({ checks }) => checks.map(({ answer }) => answer)),
      [["14"], ["32"], ["16"], ["42"], []],
    );
    assert.deepEqual(
      blocks.map(({ exit }) => exit?.why),
      [undefined, undefined, undefined, "confidence", undefined],
    );
  });

  it("puts an exit that was noticed only after the answer at the end of thinking", () => {
    const trace = new TraceBuilder("r", "chain-of-thought");
    trace.span("thinking", () => trace.step("One.\n").step("Two.\n"));
    trace.span("answer", () => trace.text("#### 2"));
    trace.exit("end-of-thinking");
    const blocks = blocksOf(fold(trace.events), false);
    assert.deepEqual(
      blocks.map(({ exit }) => exit?.why),
      [undefined, "end-of-thinking", undefined],
    );
  });

  it("counts a tail that no span covers yet as the step being written", () => {
    const trace = new TraceBuilder("r", "chain-of-thought").step("One.\n").text("And now tw");
    const blocks = blocksOf(fold(trace.events), true);
    assert.deepEqual(blocks.map(shape), ["thinking/step 1", "thinking/step 2"]);
    assert.deepEqual(
      blocks.map(({ open }) => open),
      [false, true],
    );
  });

  it("keeps the keys of finished blocks while a trace grows", () => {
    const { events } = new TraceBuilder("r", "cot").text("word ".repeat(900));
    const grown = new TraceBuilder("r", "cot").text("word ".repeat(2000)).events;
    const before = blocksOf(fold(events), true).slice(0, -1);
    const after = blocksOf(fold(grown), true);
    assert.ok(before.length >= 2);
    assert.deepEqual(
      before.map(({ key, to }) => [key, to]),
      after.slice(0, before.length).map(({ key, to }) => [key, to]),
    );
  });

  it("cuts a long step at line ends", () => {
    const line = `${"word ".repeat(19)}end\n`;
    const trace = fold(new TraceBuilder("r", "cot").step(line.repeat(60)).events);
    const blocks = blocksOf(trace, false);
    assert.ok(blocks.length > 2);
    assert.ok(blocks.every(({ from, to }) => to - from <= 400));
    assert.deepEqual([...new Set(blocks.map(({ step }) => step))], [1]);
  });

  it("finds the block of a position", () => {
    const blocks = blocksOf(fold(samples.chainOfThought()), false);
    for (const block of blocks) {
      assert.equal(blockAt(blocks, block.from), block);
      assert.equal(blockAt(blocks, block.to - 1), block);
    }
  });

  it("survives spans that lie, overlap or leave the axis", () => {
    const trace = fold(new TraceBuilder("r", "cot").text("one two three four five six").events);
    trace.spans.push(
      { kind: "step", from: 2, to: 900 },
      { kind: "step", from: 0, to: 4 },
      { kind: "answer", from: 3, to: 3 },
      { kind: "trial", from: 5, to: 2 },
      { kind: "draft", from: 4000, to: 4001 },
    );
    const blocks = blocksOf(trace, false);
    assert.equal(blocks[0]!.from, 0);
    assert.equal(blocks.at(-1)!.to, trace.positions.length);
    blocks.slice(1).forEach((block, index) => assert.equal(block.from, blocks[index]!.to));
  });
});
