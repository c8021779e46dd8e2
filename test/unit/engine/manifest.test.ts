/** `thoughtlens.json`: what is read from it, and what is said where it is not as docs/CHECKPOINTS.md describes it. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { noThinkFacts } from "../../../src/core/text/thinkFacts";
import { NO_THINK_FORMAT } from "../../../src/core/text/thinkFormat";
import { parseOptions } from "../../../src/engine/decoding/options";
import { readManifest } from "../../../src/engine/files/manifest";
import { manifestNotes, registered, strategyRows } from "../../../src/engine/strategies";
import { scriptedModel } from "./scriptedModel";
import { inEnglish, l10n } from "../../../src/core/text/l10n";

describe("thoughtlens.json", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-manifest-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (content: unknown) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(path.join(folder, "thoughtlens.json"), text);
    return readManifest(folder);
  };

  it("names no method where there is none", async () => assert.deepEqual(await readManifest(folder), { methods: {} }));

  it("gives the name and the methods with their settings", async () => {
    const methods = { coconut: { begin: "<|start-latent|>", steps: 6 }, inftythink: {} };
    assert.deepEqual(await read({ v: 1, name: "Mine", methods }), { name: "Mine", methods });
    assert.deepEqual(await read({}), { methods: {} });
  });

  const refused: [what: string, content: unknown, code: string, message: RegExp][] = [
    ["text that is no JSON", "{ v: 1 }", "model-file-broken", /not a JSON object/],
    ["a list", [], "model-file-broken", /not a JSON object/],
    ["a version of tomorrow", { v: 2, methods: {} }, "manifest-version", /version 2, .* knows 1/],
    ["a version that is no number", { v: "1" }, "manifest-invalid", /: v: .*number/],
    ["a name that is none", { name: 7 }, "manifest-invalid", /: name: /],
    ["a name as long as a book", { name: "x".repeat(5000) }, "manifest-invalid", /: name: /],
    ["methods in a list", { methods: ["coconut"] }, "manifest-invalid", /: methods: /],
    ["a method that is no object", { methods: { deer: "yes" } }, "manifest-invalid", /: methods\.deer: /],
    [
      "thousands of methods",
      { methods: Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`m${n}`, {}])) },
      "manifest-invalid",
      /more than 100 methods/,
    ],
  ];
  for (const [what, content, code, message] of refused) {
    it(`refuses ${what}, in one sentence with an action`, () =>
      assert.rejects(read(content), (error: ActionableError) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        assert.ok(error.action);
        return true;
      }));
  }

  it("refuses a setting that does not fit, unless another is asked for", () => {
    const { options } = registered("coconut");
    const said = { steps: "six" };
    assert.throws(() => parseOptions(options, said), { code: "manifest-invalid", message: /option steps .* not fit/ });
    assert.equal(parseOptions(options, said, { steps: 3 })["steps"], 3);
  });

  it("tells in the table of strategies which setting does not fit", () => {
    const model = {
      ...scriptedModel("", () => ""),
      capabilities: (["hidden-states", "soft-tokens"] as const).map((each) => ({
        capability: each,
        has: true,
        reason: l10n.later`It is written out.`,
      })),
      thinking: noThinkFacts(NO_THINK_FORMAT),
    };
    const rowOf = (settings: Record<string, unknown>) =>
      strategyRows({ ...model, manifest: { methods: { coconut: settings } } }).find(({ id }) => id === "coconut");
    assert.deepEqual(rowOf({ steps: 6, conversation: "plain" }), { id: "coconut", runs: true, reason: undefined });
    assert.match(inEnglish(rowOf({ conversation: "song" })!.reason!), /option conversation .* does not fit/);
    assert.equal(rowOf({ conversation: "song" })!.runs, false);
  });

  it("names what no strategy takes", () => {
    assert.deepEqual(manifestNotes({ methods: { coconut: { step: 6, steps: 6, temperature: 0 }, coconot: {} } }), [
      "The model's thoughtlens.json names “step”, which is no option of Coconut.",
      "The model's thoughtlens.json names “coconot”, which is no method here.",
    ]);
  });
});
