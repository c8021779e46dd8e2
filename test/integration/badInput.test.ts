import assert from "node:assert/strict";
import { cp, mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { LineFile } from "../../src/disk/lineFile";
import {
  activeApi,
  activeExtension,
  assertSentence,
  closeEditors,
  inWorkspace,
  openSample,
  openText,
  toldBy,
  waitFor,
} from "./support";

const PROMPT = "Tom has 3 apples. Then he buys 4 apples. How many apples does Tom have now?\n";

async function setModel(model: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration("thoughtlens").update("model", model, vscode.ConfigurationTarget.Global);
}

describe("bad input", function () {
  this.timeout(240_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-models-"));
    await openText("one.prompt.md", PROMPT);
  });
  afterEach(() => setModel(undefined));
  after(async () => {
    await closeEditors();
    await rm(folder, { recursive: true, force: true });
  });

  const trace = () => toldBy("thoughtlens.trace", { uri: inWorkspace("one.prompt.md"), line: 0 });

  /** A copy of the included model that a test may spoil. */
  async function modelCopy(name: string): Promise<string> {
    const copy = path.join(folder, name);
    const { extensionPath } = await activeExtension();
    await cp(path.join(extensionPath, "models", "pocket", "base"), copy, { recursive: true });
    return copy;
  }

  it("no model folder", async () => {
    await setModel(path.join(folder, "nowhere"));
    const [error, ...more] = await trace();
    assertSentence(error, /^model-/);
    assert.deepEqual(more, []);
  });

  it("a setting that names no model", async () => {
    await setModel("no model at all");
    assertSentence((await trace())[0], /^model-name$/);
  });

  it("a model folder without a tokenizer", async () => {
    const model = await modelCopy("no-tokenizer");
    await rm(path.join(model, "tokenizer.json"));
    await setModel(model);
    assertSentence((await trace())[0], /^tokenizer-/);
  });

  it("a truncated graph", async () => {
    const model = await modelCopy("truncated");
    await truncate(path.join(model, "onnx", "model.onnx"), 60_000);
    await setModel(model);
    assertSentence((await trace())[0], /^(graph|model)-/);
  });

  it("an empty prompt file", async () => {
    const { document } = await openText("empty.prompt.md", "---\ndescription: nothing yet\n---\n\n");
    assertSentence((await toldBy("thoughtlens.trace", document.uri))[0], /^prompt-empty$/);
  });

  it("front matter that is not YAML is marked where it stands", async () => {
    const { document } = await openText("broken.prompt.md", "---\ndescription: [unclosed\n---\n\n" + PROMPT);
    const [problem] = await waitFor("a problem", () => {
      const all = vscode.languages.getDiagnostics(document.uri).filter((each) => each.source === "Thoughtlens");
      return all.length > 0 && all;
    });
    assert.ok(problem!.range.start.line <= 2, `line ${problem!.range.start.line}`);
    assert.match(problem!.message, /\.$/);
  });

  it("a prompt that is longer than the context", async () => {
    const { document } = await openText("long.prompt.md", "Tom buys 4 apples. ".repeat(4000));
    assertSentence((await toldBy("thoughtlens.trace", document.uri))[0], /^context-/);
  });

  // Only Linux has a device that is always full.
  const onLinux = process.platform === "linux" ? it : () => undefined;
  onLinux("a full disk: the run goes on and its trace stays in memory", async () => {
    const { store } = await activeApi();
    const { create } = store;
    store.create = async (_file, text) => {
      const full = await LineFile.open("/dev/full");
      await full.append(text).catch(async (error: unknown) => {
        await full.close();
        throw error;
      });
      return full;
    };
    try {
      const before = new Set(store.runs.map((run) => run.id));
      const [error, ...more] = await trace();
      assertSentence(error, /^trace-enospc$/);
      assert.deepEqual(more, []);
      const run = store.runs.find(({ id }) => !before.has(id));
      assert.ok(run?.end?.tokens?.total);
      assert.equal(run.file, undefined);
      assert.ok((await store.trace(run.id)).positions.length > 0);
    } finally {
      store.create = create;
    }
  });

  it("leaves an editor that works", async () => {
    assert.deepEqual(await trace(), []);
    await openSample("stories.prompt.md");
  });
});
