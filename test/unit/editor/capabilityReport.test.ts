import assert from "node:assert/strict";
import type { Capability, ModelInfo } from "../../../src/core/protocol/engineApi";
import { noThinkFacts, type ThinkFacts } from "../../../src/core/text/thinkFacts";
import { HOUSE_FORMAT, NO_THINK_FORMAT } from "../../../src/core/text/thinkFormat";
import { capabilityReport } from "../../../src/editor/models/capabilityReport";
import { l10n, sentenceFrom } from "../../../src/core/text/l10n";

const PROOF = "Proven at load: the patched graph gives the original's logits and cache bit for bit.";
const REFUSAL = "The graph could not be patched for it.";
const PATCHED = ["hidden-states", "soft-tokens", "cache-evict", "attention-mask"] as const;

function info(changes: Partial<ModelInfo> = {}, missing: readonly Capability[] = []): ModelInfo {
  return {
    id: "pocket:base",
    name: "Thoughtlens pocket base",
    sha256: "0".repeat(64),
    dtype: "fp32",
    hiddenSize: 192,
    vocabularySize: 1383,
    contextLength: 2048,
    bytes: 10_240_000,
    licence: "mit",
    threads: 1,
    capabilities: [
      { capability: "logits", has: true, reason: l10n.later`The model runs here.` },
      ...PATCHED.map((capability) => {
        const has = !missing.includes(capability);
        return { capability, has, reason: sentenceFrom(has ? PROOF : REFUSAL) };
      }),
    ],
    strategies: [
      { id: "chain-of-thought", runs: true, reason: undefined },
      { id: "coconut", runs: false, reason: l10n.later`The model was not trained for Coconut.` },
    ],
    thinking: noThinkFacts(NO_THINK_FORMAT),
    preset: undefined,
    cache: [{ kind: "rows", parts: 24, reach: undefined, half: false }],
    loadMs: 10,
    ...changes,
  };
}

const page = (loaded: ModelInfo, setting = "pocket:base") =>
  capabilityReport({ model: { setting, loaded }, members: [] }).split("\n");
const fact = (lines: readonly string[], name: string) =>
  lines.find((line) => line.startsWith(`- ${name}: `))?.slice(name.length + 4);
const cells = (line: string) => line.split(/(?<!\\)\|/).length - 2;

describe("page of what a model can do", () => {
  it("says of every strategy whether it can run, and why not", () => {
    const lines = page(info());
    assert.ok(lines.includes("1 of 2 strategies can run."));
    assert.ok(lines.includes("| Chain of Thought | can run | – |"));
    assert.ok(lines.includes("| Coconut | cannot run | The model was not trained for Coconut. |"));
  });

  it("states the facts, and those that nobody knows as not known", () => {
    const lines = page(info({ dtype: undefined, licence: undefined, contextLength: 40_960 }));
    assert.equal(fact(lines, "Context length"), "40,960 tokens");
    assert.equal(fact(lines, "Size of its files"), "10.2 MB".replace(".", "\\."));
    assert.equal(fact(lines, "Hidden size"), "192");
    assert.equal(fact(lines, "Type of its weights"), "not known");
    assert.match(fact(lines, "Licence")!, /no model card/);
    assert.equal(fact(page(info()), "Licence"), "mit");
  });

  describe("says how it thinks", () => {
    const thinking: ThinkFacts = {
      ...noThinkFacts(HOUSE_FORMAT, ["Two formats fit, and this one is taken."]),
      ...{ from: "template", opening: "template" },
      switches: [
        { name: "enable_thinking", kind: "switch", values: [true, false] },
        { name: "reasoning_effort", kind: "effort", values: ["low", "high"] },
        { name: "thinking_budget", kind: "budget", values: [0, 512] },
      ],
      off: { enable_thinking: false },
      levels: [
        { name: "low", variables: { reasoning_effort: "low" } },
        { name: "high", variables: { reasoning_effort: "high" } },
      ],
    };
    const lines = page(info({ thinking })).map((line) => line.replaceAll("\\", ""));
    for (const [name, value] of [
      ["Think format", "think (<think> … </think>); found in its chat template"],
      ["Thinking is opened by", "the chat template: a run begins in thinking"],
      ["Thinking is turned off by", "enable_thinking=false"],
      ["Levels of effort", "low, high"],
      [
        "Variables of its template",
        "enable_thinking (true, false), reasoning_effort (low, high), thinking_budget (a number of tokens)",
      ],
      ["Note on its thinking", "Two formats fit, and this one is taken."],
    ] as const) {
      it(name.toLowerCase(), () =>
        assert.equal(fact(lines, name)?.replaceAll("&lt;", "<").replaceAll("&gt;", ">"), value),
      );
    }

    it("and where it does not think in marks", () => {
      assert.match(fact(page(info()), "Think format")!, /^none: no marks of thinking were found/);
      assert.equal(fact(page(info()), "Levels of effort"), undefined);
    });
  });

  it("says of what kinds its cache is", () => {
    const of = (cache: ModelInfo["cache"]) => fact(page(info({ cache })), "Cache");
    assert.equal(of([{ kind: "rows", parts: 24, reach: undefined, half: false }]), "24 parts of rows");
    assert.equal(
      of([
        { kind: "rows", parts: 1, reach: undefined, half: true },
        { kind: "window", parts: 12, reach: 4096, half: true },
        { kind: "state", parts: 1, reach: undefined, half: true },
      ]),
      "1 part of rows, 12 windows of 4,096 rows, 1 state, in float16",
    );
    assert.match(of([])!, /a server runs the model/);
  });

  it("says whether the patch was proven, what it could not add and why, and that a server has none", () => {
    assert.equal(fact(page(info()), "Graph patch"), PROOF);
    assert.equal(
      fact(page(info({}, ["cache-evict", "attention-mask"])), "Graph patch"),
      `${PROOF} Without cache eviction, attention masks: ${REFUSAL}`,
    );
    assert.equal(
      fact(page(info({}, PATCHED)), "Graph patch"),
      `Without hidden states, soft tokens, cache eviction, attention masks: ${REFUSAL}`,
    );
    const server = page(info({ sha256: undefined, licence: undefined, bytes: undefined }, PATCHED));
    assert.match(fact(server, "Graph patch")!, /server/);
    assert.equal(fact(server, "Licence"), "not known");
  });

  it("shows each member of a family, one that does not load with the reason", () => {
    const text = capabilityReport({
      model: { setting: "pocket", loaded: info() },
      members: [
        { setting: "pocket:base", loaded: info() },
        { setting: "pocket:coconut", loaded: { code: "graph-missing", message: "It is gone.", action: "Get it." } },
      ],
    });
    assert.deepEqual(text.match(/^#+ .*/gm), [
      "# Capabilities of pocket",
      "## pocket:base",
      "### What strategies build on",
      "## pocket:coconut",
    ]);
    assert.match(text, /## pocket:coconut\n\nIt does not load: It is gone\. Get it\./);
  });

  it("takes what hostile models say as text", () => {
    const evil = "x|y](command:evil) <img src=x onerror=1>\n\n# Heading\n| a | b |";
    const loaded = info({
      ...{ name: evil, dtype: evil, licence: evil },
      capabilities: [{ capability: "hidden-states", has: false, reason: sentenceFrom(evil) }],
      strategies: [{ id: evil, runs: false, reason: sentenceFrom(evil) }],
    });
    const lines = page(loaded, evil);
    const text = lines.join("\n");
    assert.doesNotMatch(text, /<img|\]\(|^# Heading/m);
    assert.equal(lines.filter((line) => line.startsWith("#")).length, 2);
    assert.deepEqual(lines.filter((line) => line.startsWith("|")).map(cells), [3, 3, 3, 3, 3, 3]);
  });
});
