import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Background } from "../../../src/background/background";
import { inEnglish } from "../../../src/core/text/l10n";

/** Stands for the thread: what the text of its job says is what it does. */
const THREAD = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ id, input: { text } }) => {
  if (text === "loop") for (;;);
  if (text === "fill") { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }
  if (text === "fail") return parentPort.postMessage({ id, error: "no good" });
  parentPort.postMessage({ id, output: { prompts: [], problems: [{ line: 0, message: { key: text, values: [] }, action: { key: "", values: [] } }] } });
});`;

describe("reading in the background", function () {
  this.timeout(60_000);
  let folder: string;
  let background: Background;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "thoughtlens-background-"));
    writeFileSync(path.join(folder, "thread.cjs"), THREAD);
    background = new Background(path.join(folder, "thread.cjs"));
  });
  after(() => {
    background.dispose();
    rmSync(folder, { recursive: true });
  });

  const read = async (text: string, deadlineMs = 10_000) => {
    const file = await background.run(
      "parsePrompts",
      { fileName: "a", text, context: {} },
      { deadlineMs, name: "a.prompty" },
    );
    return inEnglish(file.problems[0]!.message);
  };

  it("gives what the thread gives, in the order asked for", async () => {
    assert.deepEqual(await Promise.all(["one", "two", "three"].map((text) => read(text))), ["one", "two", "three"]);
  });

  it("gives up what takes too long, says so, and goes on with the next", async () => {
    const [looped, next] = await Promise.allSettled([read("loop", 300), read("next")]);
    assert.equal(looped.status, "rejected");
    assert.match(String((looped as PromiseRejectedResult).reason), /a\.prompty took longer than 0\.3 s/);
    assert.deepEqual(next, { status: "fulfilled", value: "next" });
  });

  it("gives up what takes too much memory, and goes on", async () => {
    await assert.rejects(read("fill"), /a\.prompty needs more than 512 MiB to read/);
    assert.equal(await read("next"), "next");
  });

  it("says that a file could not be read where the thread says so", async () => {
    await assert.rejects(read("fail"), /a\.prompty could not be read/);
    assert.equal(await read("next"), "next");
  });

  it("gives up what waits when it is disposed of", async () => {
    const waiting = read("loop");
    background.dispose();
    await assert.rejects(waiting, /could not be read/);
  });
});
